// The cases of LangChain: each API by the package that speaks it.
import assert from 'node:assert/strict';
import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { concat } from '@langchain/core/utils/stream';
import { ChatAnthropic } from '@langchain/anthropic';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import {
  LONG, PDF, PNG, Report, SEEN_PDF, SEEN_PNG, STATUS, SYSTEM, TIMEOUT, TOOLS, ask, check, checkReport, checkResults, checkStatus,
  checkSystem, checkUsage, runTool, toolsPrompt,
} from './common.mjs';

function model(call, { maxRetries = 0, ...more } = {}) {
  const settings = { model: call.model, apiKey: call.key, maxRetries, timeout: TIMEOUT, ...more };
  if (call.api === 'messages') return new ChatAnthropic({ maxTokens: 4000, clientOptions: { baseURL: call.base }, ...settings });
  const configuration = { baseURL: `${call.base}/v1` };
  return new ChatOpenAI({ configuration, useResponsesApi: call.api === 'responses', streamUsage: true, ...settings });
}

const THINKING = {
  chat: { reasoning: { effort: 'low' } },
  responses: { reasoning: { effort: 'low', summary: 'auto' }, zdrEnabled: true },
  messages: { thinking: { type: 'enabled', budget_tokens: 1024 } },
};

const OPTIONS = { include: ['reasoning.encrypted_content'] }; // of a call, not of the model

const prompt = (call, words) => [new SystemMessage(SYSTEM), new HumanMessage(ask(call, words))];

// The message; of a stream, the sum of its chunks.
async function answer(call, of, messages, streamed) {
  if (!streamed) return of.invoke(messages);
  let whole;
  for await (const chunk of await of.stream(messages)) {
    call.began();
    whole = whole ? concat(whole, chunk) : chunk;
  }
  return whole;
}

export const stream = async (call) => (await answer(call, model(call), [new HumanMessage('hi')], true)).text;

const checkTokens = ({ usage_metadata: usage }) => checkUsage(usage?.input_tokens, usage?.output_tokens);
const tools = () => Object.entries(TOOLS).map(([name, { description, schema }]) =>
  tool((input) => runTool(name, input), { name, description, schema }));

async function withTools(call, { streamed = false, words = '', ...more } = {}) {
  const offered = tools();
  const bound = model(call, more).bindTools(offered, words && call.api === 'responses' ? OPTIONS : {});
  const messages = [new SystemMessage(SYSTEM), new HumanMessage(toolsPrompt(call, words))];
  let calls = 0;
  for (let rounds = 1; rounds < 6; rounds++) {
    const message = await answer(call, bound, messages, streamed);
    messages.push(message);
    if (!message.tool_calls.length) return checkResults(message.text, rounds, calls);
    for (const each of message.tool_calls) {
      calls++;
      const content = await offered.find((one) => one.name === each.name).invoke(each.args);
      messages.push(new ToolMessage({ content, tool_call_id: each.id }));
    }
  }
  throw new Error('no end of the tools');
}

async function part(call, part, seen) {
  const content = [{ type: 'text', text: ask(call, 'look') }, part];
  return check((await answer(call, model(call), [new HumanMessage({ content })])).text, seen);
}

export const CASES = {
  async plain(call) {
    const message = await answer(call, model(call), prompt(call, 'hello'));
    checkTokens(message);
    return checkSystem(message.text);
  },
  async streamed(call) {
    const message = await answer(call, model(call), prompt(call, 'LONG'), true);
    assert.equal(message.text, LONG);
    checkTokens(message);
    return message.text;
  },
  tools: (call) => withTools(call),
  'tools-streamed': (call) => withTools(call, { streamed: true }),
  async 'tool-forced'(call) {
    const message = await answer(call, model(call).bindTools(tools(), { tool_choice: 'time' }), prompt(call, 'hi'));
    assert.deepEqual(message.tool_calls.map((each) => each.name), ['time']);
    return 'called';
  },
  structured: async (call) => checkReport(await model(call).withStructuredOutput(Report).invoke(prompt(call, 'report'))),
  image: (call) => part(call, { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }, SEEN_PNG),
  document: (call) =>
    part(call, { type: 'file', source_type: 'base64', data: PDF, mime_type: 'application/pdf', metadata: { filename: 'a.pdf' } }, SEEN_PDF),
  thinking: (call) => withTools(call, { words: 'THINK ', ...THINKING[call.api] }),
  'thinking-streamed': (call) => withTools(call, { streamed: true, words: 'THINK ', ...THINKING[call.api] }),
  retried: async (call) => check((await answer(call, model(call, { maxRetries: 2 }), prompt(call, 'hello'))).text, 'Hello'),
};
for (const name of Object.keys(STATUS)) {
  CASES[name] = (call) => checkStatus(call, (streamed) => answer(call, model(call), prompt(call, 'hello'.repeat(100)), streamed));
}
export const CHAT = {
  ...CASES,
  async embeddings(call) {
    const embedder = new OpenAIEmbeddings({ model: call.model, apiKey: call.key, configuration: { baseURL: `${call.base}/v1` } });
    assert.deepEqual((await embedder.embedDocuments(['a', call.tag])).map((each) => each.length), [8, 8]);
    return 'embedded';
  },
};
