// The cases of Anthropic's library: Messages.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import {
  LONG, PDF, PNG, Report, SEEN_PDF, SEEN_PNG, SYSTEM, TIMEOUT, TOOLS, ask, check, checkRefusal, checkReport, checkResults,
  checkSystem, checkUsage, instructed, jsonSchema, read, runTool, toolsPrompt,
} from './common.mjs';

const client = (call, maxRetries = 0) =>
  new Anthropic({ baseURL: call.base, apiKey: call.key, maxRetries, timeout: TIMEOUT });
const user = (call, words) => [{ role: 'user', content: ask(call, words) }];
const create = (call, more, retries) => client(call, retries).messages.create({ model: call.model, max_tokens: 1000, ...more });
const textOf = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');

const CLASSES = {
  'error-400': Anthropic.BadRequestError,
  'error-401': Anthropic.AuthenticationError,
  'error-403': Anthropic.PermissionDeniedError,
  'error-404': Anthropic.NotFoundError,
  'error-429': Anthropic.RateLimitError,
  'error-500': Anthropic.InternalServerError,
  'error-overload': 'OverloadedError',
  overflow: Anthropic.BadRequestError,
};
const WORDS = {
  requestId: (error) => error.requestID,
  overflow: (error) => check(error.message, 'prompt is too long'),
};

// Streams that fail: a client reads one to its end.
const HI = { max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] };
export async function stream(call) {
  let event;
  for await (event of await client(call).messages.create({ model: call.model, ...HI, stream: true })) call.began();
  return event.type;
}
export async function streamHelper(call) {
  const events = client(call).messages.stream({ model: call.model, ...HI });
  await read(events, call.began);
  return events.finalText();
}

const checkTokens = (usage) => checkUsage(usage.input_tokens + (usage.cache_read_input_tokens ?? 0), usage.output_tokens);
const tools = Object.entries(TOOLS).map(([name, { description, schema }]) => ({ name, description, input_schema: jsonSchema(schema) }));

async function loop(call, text, { streamed, ...more }) {
  const messages = [{ role: 'user', content: text }];
  let calls = 0, thoughts = 0;
  for (let rounds = 1; rounds < 6; rounds++) {
    const request = { model: call.model, max_tokens: 4000, system: SYSTEM, messages, ...more };
    let message;
    if (streamed) {
      const events = client(call).messages.stream(request);
      await read(events, call.began);
      message = await events.finalMessage();
    } else {
      message = await client(call).messages.create(request);
    }
    messages.push({ role: 'assistant', content: message.content });
    thoughts += message.content.filter((block) => block.type === 'thinking' && block.thinking && block.signature).length;
    const called = message.content.filter((block) => block.type === 'tool_use');
    if (!called.length) return { message, rounds, calls, thoughts };
    calls += called.length;
    const content = called.map((block) => ({ type: 'tool_result', tool_use_id: block.id, content: runTool(block.name, block.input) }));
    messages.push({ role: 'user', content });
  }
  throw new Error('no end of the tools');
}

async function withTools(call, streamed) {
  const { message, rounds, calls } = await loop(call, toolsPrompt(call), { streamed, tools });
  return checkResults(textOf(message), rounds, calls);
}

async function thinking(call, streamed) {
  const more = { streamed, tools, thinking: { type: 'enabled', budget_tokens: 1024 } };
  const { message, rounds, calls, thoughts } = await loop(call, toolsPrompt(call, 'THINK '), more);
  assert.ok(thoughts, 'no thinking with a signature');
  return checkResults(textOf(message), rounds, calls);
}

export const MESSAGES = {
  async plain(call) {
    const message = await create(call, { messages: user(call, 'hello'), system: SYSTEM });
    assert.equal(message.stop_reason, 'end_turn');
    checkTokens(message.usage);
    return checkSystem(textOf(message));
  },
  async streamed(call) {
    const events = client(call).messages.stream({ model: call.model, max_tokens: 1000, messages: user(call, 'LONG') });
    await read(events, call.began);
    const message = await events.finalMessage();
    assert.deepEqual([textOf(message), message.stop_reason], [LONG, 'end_turn']);
    checkTokens(message.usage);
    return textOf(message);
  },
  async history(call) {
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'hello' },
      { role: 'user', content: [{ type: 'text', text: 'more', cache_control: { type: 'ephemeral' } }] },
      { role: 'assistant', content: [{ type: 'text', text: 'yes' }] },
      { role: 'user', content: ask(call, 'ECHO:ünï 😀') },
    ];
    const more = { messages, system: [{ type: 'text', text: SYSTEM }], metadata: { user_id: 'u'.repeat(150) } };
    return check(textOf(await create(call, more)), 'ünï 😀');
  },
  async length(call) {
    const message = await create(call, { messages: user(call, 'LENGTH'), max_tokens: 16 });
    assert.equal(message.stop_reason, 'max_tokens');
    return textOf(message);
  },
  tools: (call) => withTools(call, false),
  'tools-streamed': (call) => withTools(call, true),
  async 'tool-forced'(call) {
    const message = await create(call, { messages: user(call, 'hi'), tools, tool_choice: { type: 'tool', name: 'time' } });
    assert.deepEqual(message.content.filter((block) => block.type === 'tool_use').map((block) => block.name), ['time']);
    return 'called';
  },
  async 'tool-runner'(call) {
    let calls = 0;
    const runnable = Object.entries(TOOLS).map(([name, { description, schema }]) =>
      betaZodTool({ name, description, inputSchema: schema, run: (input) => (calls++, runTool(name, input)) }));
    for (const streamed of [false, true]) {
      calls = 0;
      const request = { model: call.model, max_tokens: 1000, messages: user(call, toolsPrompt(call)), tools: runnable, stream: streamed };
      const message = await client(call).beta.messages.toolRunner(request).runUntilDone();
      checkResults(textOf(message), 3, calls);
    }
    return 'ran';
  },
  async structured(call) {
    const request = { model: call.model, max_tokens: 1000, messages: user(call, 'report'), output_config: { format: zodOutputFormat(Report) } };
    return checkReport((await client(call).messages.parse(request)).parsed_output);
  },
  async 'structured-streamed'(call) {
    const request = { model: call.model, max_tokens: 1000, messages: user(call, 'report'), output_config: { format: zodOutputFormat(Report) } };
    const events = client(call).messages.stream(request);
    await read(events, call.began);
    return checkReport((await events.finalMessage()).parsed_output);
  },
  async 'structured-tools'(call) {
    const more = { tools, output_config: { format: { type: 'json_schema', schema: zodOutputFormat(Report).schema } } };
    const { message, rounds, calls } = await loop(call, toolsPrompt(call), more);
    if (instructed(call)) return checkResults(textOf(message), rounds, calls);
    return checkReport(JSON.parse(textOf(message)));
  },
  async image(call) {
    const source = { type: 'base64', media_type: 'image/png', data: PNG };
    const content = [{ type: 'image', source }, { type: 'text', text: ask(call, 'look') }];
    return check(textOf(await create(call, { messages: [{ role: 'user', content }] })), SEEN_PNG);
  },
  async document(call) {
    const source = { type: 'base64', media_type: 'application/pdf', data: PDF };
    const content = [{ type: 'document', source, title: 'A' }, { type: 'text', text: ask(call, 'look') }];
    return check(textOf(await create(call, { messages: [{ role: 'user', content }] })), SEEN_PDF);
  },
  thinking: (call) => thinking(call, false),
  'thinking-streamed': (call) => thinking(call, true),
  async retried(call) {
    return check(textOf(await create(call, { messages: user(call, 'hello') }, 2)), 'Hello');
  },
  async aborted(call) {
    for await (const event of await create(call, { messages: user(call, 'LONG'), stream: true })) {
      if (event.type === 'content_block_delta') break;
    }
    return 'closed';
  },
  async search(call) {
    const tools = [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }];
    const message = await create(call, { messages: user(call, 'SEARCH'), tools });
    const urls = message.content.flatMap((block) => block.citations ?? []).map((each) => each.url);
    assert.deepEqual(urls, ['https://example.com/']);
    return urls[0];
  },
  async count(call) {
    const counted = await client(call).messages.countTokens({ model: call.model, messages: user(call, 'hello'), system: SYSTEM, tools });
    assert.ok(counted.input_tokens > 0);
    return counted.input_tokens;
  },
  async models(call) {
    const names = [];
    for await (const model of client(call).models.list()) names.push(model.id);
    assert.ok(names.some((name) => name.endsWith('claude-sonnet-4-5')), names.join());
    return names[0];
  },
};
for (const name of Object.keys(CLASSES)) {
  MESSAGES[name] = (call) =>
    checkRefusal(call, async (streamed) => {
      const result = await create(call, { messages: user(call, 'hello'.repeat(100)), stream: streamed });
      if (streamed) await read(result);
    }, CLASSES, WORDS);
}
