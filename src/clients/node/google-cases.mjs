// The cases of Google's library: the Gemini API.
import assert from 'node:assert/strict';
import { FunctionCallingConfigMode, GoogleGenAI } from '@google/genai';
import {
  LONG, PDF, PNG, Report, SEEN_PDF, SEEN_PNG, STATUS, SYSTEM, TIMEOUT, TOOLS, ask, check, checkReport, checkResults, checkStatus,
  checkSystem, checkUsage, jsonSchema, runTool, toolsPrompt,
} from './common.mjs';

const client = (call) => new GoogleGenAI({ apiKey: call.key, httpOptions: { baseUrl: call.base, timeout: TIMEOUT } });
const textOf = (response) => parts(response).filter((part) => part.text && !part.thought).map((part) => part.text).join('');
const parts = (response) => response.candidates?.[0]?.content?.parts ?? [];

// The response; of a stream, its last chunk with the parts of all.
async function generate(call, contents, { streamed = false, ...config } = {}) {
  const { models } = client(call);
  const request = { model: call.model, contents, config };
  if (!streamed) return models.generateContent(request);
  const all = [];
  let last;
  for await (last of await models.generateContentStream(request)) {
    call.began();
    all.push(...parts(last));
  }
  assert.ok(last?.candidates?.[0]?.finishReason, 'no end of the stream');
  last.candidates[0].content = { role: 'model', parts: all };
  return last;
}

export const stream = async (call) => textOf(await generate(call, 'hi', { streamed: true }));

const checkTokens = ({ usageMetadata: usage }) =>
  checkUsage(usage.promptTokenCount, usage.candidatesTokenCount + (usage.thoughtsTokenCount ?? 0));

const tools = [{
  functionDeclarations: Object.entries(TOOLS).map(([name, { description, schema }]) =>
    ({ name, description, parametersJsonSchema: jsonSchema(schema) })),
}];

async function withTools(call, { words = '', ...config } = {}) {
  const contents = [{ role: 'user', parts: [{ text: toolsPrompt(call, words) }] }];
  let calls = 0;
  for (let rounds = 1; rounds < 6; rounds++) {
    const response = await generate(call, contents, { tools, ...config });
    contents.push(response.candidates[0].content);
    const called = parts(response).filter((part) => part.functionCall);
    if (!called.length) return checkResults(textOf(response), rounds, calls);
    calls += called.length;
    const results = called.map(({ functionCall: { id, name, args } }) =>
      ({ functionResponse: { id, name, response: { result: runTool(name, args) } } }));
    contents.push({ role: 'user', parts: results });
  }
  throw new Error('no end of the tools');
}

const FORMAT = { responseMimeType: 'application/json', responseJsonSchema: jsonSchema(Report) };
const THINKING = { words: 'THINK ', thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } };

async function part(call, data, mimeType, seen) {
  const contents = [{ role: 'user', parts: [{ text: ask(call, 'look') }, { inlineData: { data, mimeType } }] }];
  return check(textOf(await generate(call, contents)), seen);
}

export const CASES = {
  async plain(call) {
    const response = await generate(call, ask(call, 'hello'), { systemInstruction: SYSTEM });
    assert.equal(response.candidates[0].finishReason, 'STOP');
    checkTokens(response);
    return checkSystem(response.text);
  },
  async streamed(call) {
    const response = await generate(call, ask(call, 'LONG'), { streamed: true });
    assert.equal(textOf(response), LONG);
    checkTokens(response);
    return LONG;
  },
  async history(call) {
    const contents = [
      { role: 'user', parts: [{ text: 'hi' }] },
      { role: 'model', parts: [{ text: 'hello' }] },
      { role: 'user', parts: [{ text: ask(call, 'ECHO:ünï 😀') }] },
    ];
    return check(textOf(await generate(call, contents, { systemInstruction: SYSTEM, maxOutputTokens: 200 })), 'ünï 😀');
  },
  async length(call) {
    const response = await generate(call, ask(call, 'LENGTH'), { maxOutputTokens: 16 });
    assert.equal(response.candidates[0].finishReason, 'MAX_TOKENS');
    return 'length';
  },
  tools: (call) => withTools(call),
  'tools-streamed': (call) => withTools(call, { streamed: true }),
  async 'tool-forced'(call) {
    const functionCallingConfig = { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['time'] };
    const response = await generate(call, ask(call, 'hi'), { tools, toolConfig: { functionCallingConfig } });
    assert.deepEqual(response.functionCalls.map((each) => each.name), ['time']);
    return 'called';
  },
  structured: async (call) => checkReport(JSON.parse(textOf(await generate(call, ask(call, 'report'), FORMAT)))),
  'structured-streamed': async (call) =>
    checkReport(JSON.parse(textOf(await generate(call, ask(call, 'report'), { streamed: true, ...FORMAT })))),
  image: (call) => part(call, PNG, 'image/png', SEEN_PNG),
  document: (call) => part(call, PDF, 'application/pdf', SEEN_PDF),
  thinking: (call) => withTools(call, THINKING),
  'thinking-streamed': (call) => withTools(call, { streamed: true, ...THINKING }),
  async count(call) {
    const counted = await client(call).models.countTokens({ model: call.model, contents: ask(call, 'hello') });
    assert.ok(counted.totalTokens > 0);
    return counted.totalTokens;
  },
};
for (const name of Object.keys(STATUS)) {
  CASES[name] = (call) => checkStatus(call, (streamed) => generate(call, ask(call, 'hello'.repeat(100)), { streamed }));
}
