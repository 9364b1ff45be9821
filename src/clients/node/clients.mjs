// Runs the cells of the plan (plan.py) with the Node libraries of OpenAI, Anthropic and Google, the AI SDK,
// LangChain and OpenAI's Agents SDK.
//
// Each cell is one line on standard output: client, api, target, case, tag, what the program saw, detail. It saw `whole`: a
// whole response, as the case expects it; an `error` after the response began, an `early` error, an early error with status
// 400 (`refused`), or no end: `hung`.
import { readFileSync } from 'node:fs';
import * as agents from './agents-cases.mjs';
import * as ai from './ai-cases.mjs';
import * as anthropic from './anthropic-cases.mjs';
import * as google from './google-cases.mjs';
import * as langchain from './langchain-cases.mjs';
import * as openai from './openai-cases.mjs';
import * as socket from './socket-cases.mjs';

const LIMIT = 15_000;
const OPENING = 8; // cells at once whose response has not begun
const { CLIENTS_SLUICE, CLIENTS_DRAINING, CLIENTS_DRAINING_PID, CLIENTS_PLAN } = process.env;
const BASES = { sluice: CLIENTS_SLUICE, draining: CLIENTS_DRAINING };

// Name, API, the function that reads a stream to its end (for the cases at `faults`), the functions of the other cases.
const CLIENTS = [
  ['openai', 'chat', openai.chatStream, openai.CHAT],
  ['openai stream()', 'chat', openai.chatStreamHelper, {}],
  ['openai', 'completions', openai.completionsStream, {}],
  ['openai', 'responses', openai.responsesStream, openai.RESPONSES],
  ['openai stream()', 'responses', openai.responsesStreamHelper, {}],
  ['openai', 'socket', socket.stream, socket.CASES],
  ['anthropic', 'messages', anthropic.stream, anthropic.MESSAGES],
  ['anthropic stream()', 'messages', anthropic.streamHelper, {}],
  ['ai', 'chat', ai.stream, ai.CASES],
  ['ai', 'responses', ai.stream, ai.CASES],
  ['ai', 'messages', ai.stream, ai.CASES],
  ['ai', 'gemini', ai.stream, ai.CASES],
  ['@google/genai', 'gemini', google.stream, google.CASES],
  ['langchain', 'chat', langchain.stream, langchain.CHAT],
  ['langchain', 'responses', langchain.stream, langchain.CASES],
  ['langchain', 'messages', langchain.stream, langchain.CASES],
  ['@openai/agents', 'chat', agents.stream, agents.CASES],
  ['@openai/agents', 'responses', agents.stream, agents.CASES],
];

// Starts a cell. The promise `first` is resolved by the first event or the end, `line` by the end.
function start({ client, run, call }) {
  let hasBegun = false;
  const first = new Promise((resolve) => { call.began = () => { hasBegun = true; resolve(); }; });
  const early = (error) => ((error?.status ?? error?.statusCode) === 400 ? 'refused' : 'early');
  const seen = (async () => run(call))().then(
    (value) => ['whole', String(value)],
    (error) => [hasBegun ? 'error' : early(error), `${error?.constructor?.name}: ${error?.message ?? JSON.stringify(error)}`],
  );
  const limit = new Promise((resolve) => setTimeout(resolve, LIMIT, ['hung', `no end after ${LIMIT} ms`]));
  const end = Promise.race([seen, limit]);
  const line = end.then(([kind, detail]) =>
    [client, call.api, call.target, call.case, call.tag, kind, detail.replace(/\s+/g, ' ').slice(0, 300)].join('\t'));
  return { first: Promise.race([first, end]), line };
}

process.on('unhandledRejection', () => {}); // a helper's second promise; the cell has its own
globalThis.AI_SDK_LOG_WARNINGS = false;
const plan = readFileSync(CLIENTS_PLAN, 'utf8').split('\n').filter(Boolean).map((line) => line.split('\t'));
const cells = CLIENTS.flatMap(([client, clientApi, stream, functions], number) =>
  plan.flatMap(([name, api, target, behind, base, model, key, planned]) => {
    const run = behind === 'faults' ? stream : functions[name];
    if (api !== clientApi || !run) return [];
    const tag = `${planned}n${number}e`;
    return [{ client, run, call: { case: name, api, target, base: BASES[base] ?? base, model: model.replace('{tag}', tag), key, tag } }];
  }));

const drained = cells.filter((cell) => cell.call.base === CLIENTS_DRAINING);
const waiting = [...drained, ...cells.filter((cell) => !drained.includes(cell))];
let left = drained.length;
const opened = [];
await Promise.all(Array.from({ length: OPENING }, async () => {
  while (waiting.length) {
    const cell = waiting.shift();
    const { first, line } = start(cell);
    opened.push(line);
    await first;
    if (drained.includes(cell) && --left === 0) process.kill(Number(CLIENTS_DRAINING_PID), 'SIGTERM');
  }
}));
const lines = await Promise.all(opened);
process.stdout.write(`${lines.join('\n')}\n`, () => process.exit(0)); // a client that hangs must not keep the process
