// The cases of the AI SDK: each API by the provider package that speaks it.
import assert from 'node:assert/strict';
import { Output, generateText, stepCountIs, streamText, tool } from 'ai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import {
  LONG, PDF, PNG, Report, SEEN_PDF, SEEN_PNG, STATUS, SYSTEM, TOOLS, ask, check, checkReport, checkResults, checkSystem, checkUsage,
  direct, instructed, runTool, toolsPrompt,
} from './common.mjs';

const MODELS = {
  chat: (call) => createOpenAI({ baseURL: `${call.base}/v1`, apiKey: call.key }).chat(call.model),
  responses: (call) => createOpenAI({ baseURL: `${call.base}/v1`, apiKey: call.key }).responses(call.model),
  messages: (call) => createAnthropic({ baseURL: `${call.base}/v1`, apiKey: call.key })(call.model),
  gemini: (call) => createGoogleGenerativeAI({ baseURL: `${call.base}/v1beta`, apiKey: call.key })(call.model),
};
const THINKING = {
  openai: { reasoningEffort: 'low', reasoningSummary: 'auto', store: false },
  anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } },
  google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } },
};
// By default the package of OpenAI refers to texts of earlier responses, which OpenAI stores.
const UNSTORED = { providerOptions: { openai: { store: false } } };

// Streams that fail. The AI SDK reports errors as parts of the stream, and as the reason why it finished.
export async function stream(call) {
  const result = streamText({ model: MODELS[call.api](call), prompt: 'hi', maxRetries: 0, onError() {} });
  let finish;
  for await (const part of result.fullStream) {
    if (part.type.startsWith('text')) call.began();
    if (part.type === 'error') throw part.error;
    if (part.type === 'finish') finish = part.finishReason;
  }
  if (!finish || finish === 'error') throw new Error(`finishReason: ${finish}`);
  return finish;
}

const generate = (call, more) => generateText({ model: MODELS[call.api](call), maxRetries: 0, ...more });
const content = (call, part) => [{ role: 'user', content: [{ type: 'text', text: ask(call, 'look') }, part] }];

function counted() {
  const seen = { calls: 0 };
  const tools = Object.fromEntries(Object.entries(TOOLS).map(([name, { description, schema }]) =>
    [name, tool({ description, inputSchema: schema, execute: (input) => (seen.calls++, runTool(name, input)) })]));
  return { seen, tools };
}

// With streamText, errors are parts of the stream.
async function finished(call, more) {
  let failure;
  const result = streamText({ model: MODELS[call.api](call), maxRetries: 0, onError({ error }) { failure = error; }, ...more });
  for await (const part of result.fullStream) if (part.type.endsWith('-delta')) call.began();
  if (failure) throw failure;
  return { text: await result.text, steps: await result.steps, usage: await result.usage, output: more.output && await result.output };
}

async function withTools(call, run, words, more) {
  const { seen, tools } = counted();
  const result = await run(call, { prompt: toolsPrompt(call, words), tools, stopWhen: stepCountIs(6), ...more });
  checkResults(result.text, result.steps.length, seen.calls);
  return result;
}

// The package takes an OpenAI model whose name it does not know for one without reasoning.
const known = (call) => ['messages', 'gemini'].includes(call.api) || direct(call);

async function thinking(call, run) {
  const result = await withTools(call, run, 'THINK ', { providerOptions: THINKING });
  const thoughts = result.steps.filter((step) => step.reasoningText).length;
  assert.ok(thoughts || call.api === 'chat' || !known(call), 'no reasoning');
  return result.text;
}

export const CASES = {
  async plain(call) {
    const { text, usage, finishReason } = await generate(call, { system: SYSTEM, prompt: ask(call, 'hello') });
    assert.equal(finishReason, 'stop');
    checkUsage(usage.inputTokens, usage.outputTokens);
    return checkSystem(text);
  },
  async streamed(call) {
    const { text, usage } = await finished(call, { prompt: ask(call, 'LONG') });
    assert.equal(text, LONG);
    checkUsage(usage.inputTokens, usage.outputTokens);
    return text;
  },
  async length(call) {
    const { finishReason } = await generate(call, { prompt: ask(call, 'LENGTH'), maxOutputTokens: 16 });
    assert.equal(finishReason, 'length');
    return finishReason;
  },
  tools: async (call) => (await withTools(call, generate, '', UNSTORED)).text,
  'tools-streamed': async (call) => (await withTools(call, finished, '', UNSTORED)).text,
  async 'tools-stored'(call) {
    assert.equal(call.api, 'responses');
    return (await withTools(call, generate)).text;
  },
  async 'tool-forced'(call) {
    const { toolCalls } = await generate(call, {
      prompt: ask(call, 'hi'), tools: counted().tools, toolChoice: { type: 'tool', toolName: 'time' },
    });
    assert.deepEqual(toolCalls.map((each) => each.toolName), ['time']);
    return 'called';
  },
  structured: async (call) =>
    checkReport((await generate(call, { prompt: ask(call, 'report'), output: Output.object({ schema: Report }) })).output),
  'structured-streamed': async (call) =>
    checkReport((await finished(call, { prompt: ask(call, 'report'), output: Output.object({ schema: Report }) })).output),
  async 'structured-tools'(call) {
    const { tools } = counted();
    // Else the package offers a tool for the output to a model that it does not know.
    const providerOptions = { anthropic: { structuredOutputMode: 'outputFormat' }, openai: { store: false } };
    const output = Output.object({ schema: Report });
    const more = { prompt: toolsPrompt(call), tools, stopWhen: stepCountIs(6), output, providerOptions };
    const result = generate(call, more);
    if (!instructed(call)) return checkReport((await result).output);
    const error = await result.then(() => null, (thrown) => thrown); // the text is no JSON
    return check(error?.text, 'Results: Paris: sunny');
  },
  async image(call) {
    const part = { type: 'file', data: PNG, mediaType: 'image/png' };
    return check((await generate(call, { messages: content(call, part) })).text, SEEN_PNG);
  },
  async document(call) {
    const part = { type: 'file', data: PDF, mediaType: 'application/pdf', filename: 'a.pdf' };
    return check((await generate(call, { messages: content(call, part) })).text, SEEN_PDF);
  },
  thinking: (call) => thinking(call, generate),
  'thinking-streamed': (call) => thinking(call, finished),
  retried: async (call) => check((await generate(call, { prompt: ask(call, 'hello'), maxRetries: 2 })).text, 'Hello'),
  async aborted(call) {
    const controller = new AbortController();
    const result = streamText({
      model: MODELS[call.api](call), prompt: ask(call, 'LONG'), maxRetries: 0, abortSignal: controller.signal, onError() {},
    });
    for await (const part of result.fullStream) if (part.type === 'text-delta') controller.abort();
    return 'closed';
  },
};
for (const [name, status] of Object.entries(STATUS)) {
  CASES[name] = async (call) => {
    for (const run of [generate, finished]) {
      const error = await run(call, { prompt: ask(call, 'hello'.repeat(100)) }).then(() => null, (thrown) => thrown);
      assert.equal(error?.name, 'AI_APICallError', String(error?.stack));
      assert.ok(status.includes(error.statusCode), `status ${error.statusCode}: ${error.message}`);
      if (name === 'error-400') check(error.message, 'fake error');
    }
    return 'refused';
  };
}
