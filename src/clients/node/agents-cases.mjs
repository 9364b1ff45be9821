// The cases of OpenAI's Agents SDK: Chat Completions and Responses.
import assert from 'node:assert/strict';
import {
  Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, run, setTracingDisabled, tool,
} from '@openai/agents';
import OpenAI from 'openai';
import {
  LONG, PDF, PNG, Report, SEEN_PDF, SEEN_PNG, STATUS, SYSTEM, TIMEOUT, TOOLS, ask, check, checkReport, checkResults, checkStatus,
  checkSystem, checkUsage, runTool, toolsPrompt,
} from './common.mjs';

setTracingDisabled(true);
const MODELS = { chat: OpenAIChatCompletionsModel, responses: OpenAIResponsesModel };

// The result of an agent.
async function finished(call, input, { streamed = false, maxRetries = 0, ...more } = {}) {
  const client = new OpenAI({ baseURL: `${call.base}/v1`, apiKey: call.key, maxRetries, timeout: TIMEOUT });
  const agent = new Agent({ name: 'clients', model: new MODELS[call.api](client, call.model), ...more });
  if (!streamed) return run(agent, input);
  const result = await run(agent, input, { stream: true });
  for await (const event of result) if (event.type === 'raw_model_stream_event') call.began();
  await result.completed;
  return result;
}

export const stream = async (call) => (await finished(call, 'hi', { streamed: true })).finalOutput;

const checkTokens = (result) => {
  const usages = result.rawResponses.map((response) => response.usage);
  checkUsage(usages[0].inputTokens, usages[0].outputTokens);
};

async function withTools(call, { words = '', ...more } = {}) {
  let calls = 0;
  const tools = Object.entries(TOOLS).map(([name, { description, schema }]) =>
    tool({ name, description, parameters: schema, execute: (input) => (calls++, runTool(name, input)) }));
  const result = await finished(call, toolsPrompt(call, words), { instructions: SYSTEM, tools, ...more });
  return { result, rounds: result.rawResponses.length, calls };
}

async function tools(call, more) {
  const { result, rounds, calls } = await withTools(call, more);
  return checkResults(result.finalOutput, rounds, calls);
}

const THINKING = {
  chat: { reasoning: { effort: 'low' } },
  responses: { reasoning: { effort: 'low', summary: 'auto' }, store: false, providerData: { include: ['reasoning.encrypted_content'] } },
};

async function part(call, part, seen) {
  const content = [{ type: 'input_text', text: ask(call, 'look') }, part];
  return check((await finished(call, [{ role: 'user', content }])).finalOutput, seen);
}

export const CASES = {
  async plain(call) {
    const result = await finished(call, ask(call, 'hello'), { instructions: SYSTEM });
    checkTokens(result);
    return checkSystem(result.finalOutput);
  },
  async streamed(call) {
    const result = await finished(call, ask(call, 'LONG'), { streamed: true });
    assert.equal(result.finalOutput, LONG);
    return result.finalOutput;
  },
  tools: (call) => tools(call),
  'tools-streamed': (call) => tools(call, { streamed: true }),
  structured: async (call) => checkReport((await finished(call, ask(call, 'report'), { outputType: Report })).finalOutput),
  'structured-streamed': async (call) =>
    checkReport((await finished(call, ask(call, 'report'), { outputType: Report, streamed: true })).finalOutput),
  image: (call) => part(call, { type: 'input_image', image: `data:image/png;base64,${PNG}` }, SEEN_PNG),
  document: (call) =>
    part(call, { type: 'input_file', file: `data:application/pdf;base64,${PDF}`, filename: 'a.pdf' }, SEEN_PDF),
  thinking: (call) => tools(call, { words: 'THINK ', modelSettings: THINKING[call.api] }),
  'thinking-streamed': (call) => tools(call, { streamed: true, words: 'THINK ', modelSettings: THINKING[call.api] }),
  retried: async (call) => check((await finished(call, ask(call, 'hello'), { maxRetries: 2 })).finalOutput, 'Hello'),
};
for (const name of Object.keys(STATUS)) {
  CASES[name] = (call) => checkStatus(call, (streamed) => finished(call, ask(call, 'hello'.repeat(100)), { streamed }));
}
