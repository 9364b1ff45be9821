// Runs the cases of cases.tsv with OpenAI's and Anthropic's Node libraries and the AI SDK.
//
// Each cell is one line on standard output: client, api, target, case, what the program saw, detail. It saw `whole`, an
// `error` after the response began, an `early` error, or no end: `hung`.
import { readFileSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { streamText } from 'ai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';

const LIMIT = 15_000;
const OPENING = 8; // requests at once whose response has not begun
const TIMEOUT = 15_000;
const { CLIENTS_SLUICE, CLIENTS_DRAINING, CLIENTS_DRAINING_PID, CLIENTS_UPSTREAM, CLIENTS_KEY, CLIENTS_CASES } = process.env;
const TARGETS = {
  chat: ['openai', 'compatible', 'anthropic'],
  completions: ['openai', 'anthropic'],
  responses: ['openai', 'compatible', 'anthropic'],
  messages: ['anthropic', 'openai', 'compatible'],
};
const messages = [{ role: 'user', content: 'hi' }];

const openai = (base) => new OpenAI({ baseURL: `${base}/v1`, apiKey: CLIENTS_KEY, maxRetries: 0, timeout: TIMEOUT });
const anthropic = (base) => new Anthropic({ baseURL: base, apiKey: CLIENTS_KEY, maxRetries: 0, timeout: TIMEOUT });

// Reads a stream to its end and returns its last event.
async function last(stream, began) {
  let event;
  for await (event of stream) began();
  return JSON.stringify(event);
}

// The AI SDK reports errors as parts of the stream, and as the reason why it finished.
async function aiSdk(model, began) {
  const result = streamText({ model, prompt: 'hi', maxRetries: 0, onError() {} });
  let finish;
  for await (const part of result.fullStream) {
    if (part.type.startsWith('text')) began();
    if (part.type === 'error') throw part.error;
    if (part.type === 'finish') finish = part.finishReason;
  }
  if (!finish || finish === 'error') throw new Error(`finishReason: ${finish}`);
  return finish;
}

const CLIENTS = [
  ['openai', 'chat', async (base, model, began) =>
    last(await openai(base).chat.completions.create({ model, messages, stream: true }), began)],
  ['openai stream()', 'chat', async (base, model, began) => {
    const stream = openai(base).chat.completions.stream({ model, messages });
    await last(stream, began);
    return stream.finalContent();
  }],
  ['openai', 'completions', async (base, model, began) =>
    last(await openai(base).completions.create({ model, prompt: 'hi', stream: true }), began)],
  ['openai', 'responses', async (base, model, began) =>
    last(await openai(base).responses.create({ model, input: 'hi', stream: true }), began)],
  ['openai stream()', 'responses', async (base, model, began) => {
    const stream = openai(base).responses.stream({ model, input: 'hi' });
    await last(stream, began);
    return (await stream.finalResponse()).output_text;
  }],
  ['anthropic', 'messages', async (base, model, began) =>
    last(await anthropic(base).messages.create({ model, max_tokens: 100, messages, stream: true }), began)],
  ['anthropic stream()', 'messages', async (base, model, began) => {
    const stream = anthropic(base).messages.stream({ model, max_tokens: 100, messages });
    await last(stream, began);
    return stream.finalText();
  }],
  ['ai', 'chat', (base, model, began) =>
    aiSdk(createOpenAI({ baseURL: `${base}/v1`, apiKey: CLIENTS_KEY }).chat(model), began)],
  ['ai', 'responses', (base, model, began) =>
    aiSdk(createOpenAI({ baseURL: `${base}/v1`, apiKey: CLIENTS_KEY }).responses(model), began)],
  ['ai', 'messages', (base, model, began) =>
    aiSdk(createAnthropic({ baseURL: `${base}/v1`, apiKey: CLIENTS_KEY })(model), began)],
];

const cells = [];

// Starts a cell. The promise `first` is resolved by the first event or the end, `line` by the end.
function start({ client, api, run, target, name, base, model }) {
  let began;
  let hasBegun = false;
  const first = new Promise((resolve) => { began = () => { hasBegun = true; resolve(); }; });
  const seen = run(base, model, began).then(
    (value) => ['whole', String(value)],
    (error) => [hasBegun ? 'error' : 'early', `${error?.constructor?.name}: ${error?.message ?? JSON.stringify(error)}`],
  );
  const limit = new Promise((resolve) => setTimeout(resolve, LIMIT, ['hung', `no end after ${LIMIT} ms`]));
  const end = Promise.race([seen, limit]);
  const line = end.then(([kind, detail]) =>
    [client, api, target, name, kind, detail.replace(/\s+/g, ' ').slice(0, 200)].join('\t'));
  return { first: Promise.race([first, end]), line };
}

const cases = readFileSync(CLIENTS_CASES, 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
process.on('unhandledRejection', () => {}); // a helper's second promise; the cell has its own
for (const [client, api, run] of CLIENTS) {
  for (const [name, model, apis, direct] of cases.map((line) => line.split('\t'))) {
    if (!apis.split(' ').includes(api)) continue;
    const base = name === 'drain' ? CLIENTS_DRAINING : CLIENTS_SLUICE;
    for (const target of TARGETS[api]) cells.push({ client, api, run, target, name, base, model: `${target}/${model}` });
    if (direct === 'yes') {
      const path = api === 'messages' ? 'anthropic' : 'openai';
      cells.push({ client, api, run, target: 'direct', name, base: `${CLIENTS_UPSTREAM}/${path}`, model });
    }
  }
}

const drained = cells.filter((cell) => cell.base === CLIENTS_DRAINING);
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
