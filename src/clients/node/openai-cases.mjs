// The cases of OpenAI's library: Chat Completions, Completions, Responses.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodFunction, zodResponseFormat, zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import {
  LONG, PDF, PNG, Report, SEEN_PDF, SEEN_PNG, SYSTEM, TIMEOUT, TOOLS, ask, check, checkRefusal, checkReport, checkResults,
  checkSystem, checkUsage, instructed, jsonSchema, read, runTool, toolsPrompt,
} from './common.mjs';

const messages = [{ role: 'user', content: 'hi' }];
const client = (call, maxRetries = 0) =>
  new OpenAI({ baseURL: `${call.base}/v1`, apiKey: call.key, maxRetries, timeout: TIMEOUT });
const user = (call, words) => [{ role: 'user', content: ask(call, words) }];

const CLASSES = {
  'error-400': OpenAI.BadRequestError,
  'error-401': OpenAI.AuthenticationError,
  'error-403': OpenAI.PermissionDeniedError,
  'error-404': OpenAI.NotFoundError,
  'error-429': OpenAI.RateLimitError,
  'error-500': OpenAI.InternalServerError,
  'error-overload': OpenAI.InternalServerError,
  overflow: OpenAI.BadRequestError,
};
const WORDS = {
  requestId: (error) => error.requestID,
  overflow(error) {
    // OpenAI-compatible servers repeat the status.
    assert.ok(['context_length_exceeded', '400'].includes(String(error.code)), `code: ${error.code}`);
    check(error.message, 'context');
  },
};

// Streams that fail: a client reads one to its end.
async function last(stream, call) {
  let event;
  for await (event of stream) call.began();
  return JSON.stringify(event);
}
export const chatStream = async (call) =>
  last(await client(call).chat.completions.create({ model: call.model, messages, stream: true }), call);
export async function chatStreamHelper(call) {
  const stream = client(call).chat.completions.stream({ model: call.model, messages });
  await last(stream, call);
  return stream.finalContent();
}
export const completionsStream = async (call) =>
  last(await client(call).completions.create({ model: call.model, prompt: 'hi', stream: true }), call);
export const responsesStream = async (call) =>
  last(await client(call).responses.create({ model: call.model, input: 'hi', stream: true }), call);
export async function responsesStreamHelper(call) {
  const stream = client(call).responses.stream({ model: call.model, input: 'hi' });
  await last(stream, call);
  return (await stream.finalResponse()).output_text;
}

// Chat Completions.
const chat = (call, more, retries) => client(call, retries).chat.completions.create({ model: call.model, ...more });
const withSystem = (content) => [{ role: 'system', content: SYSTEM }, { role: 'user', content }];
const functionTools = Object.entries(TOOLS).map(([name, { description, schema }]) => ({
  type: 'function', function: { name, description, parameters: jsonSchema(schema) },
}));

// The message as the application gives it back: the library's own members are not the API's.
function withoutParsed({ parsed, ...message }) {
  const calls = message.tool_calls?.map((each) => {
    const { parsed_arguments, ...fn } = each.function;
    return { ...each, function: fn };
  });
  return calls ? { ...message, tool_calls: calls } : message;
}

// Runs tools until the model calls none.
async function chatLoop(call, text, { stream, ...more }) {
  const history = withSystem(text);
  let calls = 0, thoughts = 0;
  for (let rounds = 1; rounds < 6; rounds++) {
    let message;
    if (stream) {
      const events = client(call).chat.completions.stream({ model: call.model, messages: history, ...more });
      await read(events, call.began);
      message = (await events.finalChatCompletion()).choices[0].message;
    } else {
      message = (await chat(call, { messages: history, ...more })).choices[0].message;
    }
    history.push(withoutParsed(message));
    if (message.reasoning_content) thoughts++;
    if (!message.tool_calls?.length) return { message, rounds, calls, thoughts };
    for (const each of message.tool_calls) {
      calls++;
      const content = runTool(each.function.name, JSON.parse(each.function.arguments));
      history.push({ role: 'tool', tool_call_id: each.id, content });
    }
  }
  throw new Error('no end of the tools');
}

async function chatTools(call, stream) {
  const { message, rounds, calls } = await chatLoop(call, toolsPrompt(call), { stream, tools: functionTools });
  return checkResults(message.content, rounds, calls);
}

async function chatThinking(call, stream) {
  const more = { stream, tools: functionTools, reasoning_effort: 'low' };
  const { message, rounds, calls, thoughts } = await chatLoop(call, toolsPrompt(call, 'THINK '), more);
  // OpenAI's Chat Completions has no thoughts, and Chat has no member that asks Gemini for them.
  assert.ok(thoughts || call.target.endsWith('openai') || call.target.startsWith('gemini'), 'no thoughts');
  return checkResults(message.content, rounds, calls);
}

async function chatPart(call, part, seen) {
  const content = [{ type: 'text', text: ask(call, 'look') }, part];
  return check((await chat(call, { messages: [{ role: 'user', content }] })).choices[0].message.content, seen);
}

const strictFunctions = Object.entries(TOOLS).map(([name, { schema }]) => zodFunction({ name, parameters: schema }));

export const CHAT = {
  async plain(call) {
    const completion = await chat(call, { messages: withSystem(ask(call, 'hello')) });
    assert.equal(completion.choices[0].finish_reason, 'stop');
    checkUsage(completion.usage.prompt_tokens, completion.usage.completion_tokens);
    return checkSystem(completion.choices[0].message.content);
  },
  async streamed(call) {
    let text = '', reason, usage;
    const more = { messages: user(call, 'LONG'), stream: true, stream_options: { include_usage: true } };
    await read(await chat(call, more), (chunk) => {
      call.began();
      usage = chunk.usage ?? usage;
      for (const choice of chunk.choices) {
        text += choice.delta.content ?? '';
        reason = choice.finish_reason ?? reason;
      }
    });
    assert.deepEqual([text, reason], [LONG, 'stop']);
    checkUsage(usage.prompt_tokens, usage.completion_tokens);
    return text;
  },
  async history(call) {
    const history = [
      { role: 'developer', content: SYSTEM },
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'hello' },
      { role: 'user', content: 'one more', name: 'ann' },
      { role: 'user', content: [{ type: 'text', text: ask(call, 'ECHO:ünï 😀') }] },
    ];
    const more = { messages: history, max_completion_tokens: 200, user: 'u'.repeat(64), metadata: { a: 'b' }, store: true };
    return check((await chat(call, more)).choices[0].message.content, 'ünï 😀');
  },
  async length(call) {
    const completion = await chat(call, { messages: user(call, 'LENGTH'), max_completion_tokens: 16 });
    assert.equal(completion.choices[0].finish_reason, 'length');
    return completion.choices[0].message.content;
  },
  tools: (call) => chatTools(call, false),
  'tools-streamed': (call) => chatTools(call, true),
  async 'tool-forced'(call) {
    const choice = { type: 'function', function: { name: 'time' } };
    const { message } = (await chat(call, { messages: user(call, 'hi'), tools: functionTools, tool_choice: choice })).choices[0];
    assert.deepEqual(message.tool_calls.map((each) => each.function.name), ['time']);
    return 'called';
  },
  async 'tool-runner'(call) {
    let calls = 0;
    const tools = Object.entries(TOOLS).map(([name, { description, schema }]) => ({
      type: 'function',
      function: {
        name, description, parse: JSON.parse, parameters: jsonSchema(schema),
        function: (input) => (calls++, runTool(name, input)),
      },
    }));
    for (const stream of [false, true]) {
      calls = 0;
      const request = { model: call.model, messages: withSystem(toolsPrompt(call)), tools, stream };
      const text = await client(call).chat.completions.runTools(request).finalContent();
      checkResults(text, 3, calls);
    }
    return 'ran';
  },
  async structured(call) {
    const format = zodResponseFormat(Report, 'report');
    const request = { model: call.model, messages: user(call, 'report'), response_format: format };
    return checkReport((await client(call).chat.completions.parse(request)).choices[0].message.parsed);
  },
  async 'structured-streamed'(call) {
    const format = zodResponseFormat(Report, 'report');
    const stream = client(call).chat.completions.stream({ model: call.model, messages: user(call, 'report'), response_format: format });
    await read(stream, call.began);
    return checkReport((await stream.finalChatCompletion()).choices[0].message.parsed);
  },
  async 'structured-tools'(call) {
    const more = { tools: strictFunctions, response_format: zodResponseFormat(Report, 'report') };
    const { message, rounds, calls } = await chatLoop(call, toolsPrompt(call), more);
    if (instructed(call)) return checkResults(message.content, rounds, calls);
    return checkReport(JSON.parse(message.content));
  },
  image: (call) => chatPart(call, { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }, SEEN_PNG),
  document: (call) =>
    chatPart(call, { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` } }, SEEN_PDF),
  thinking: (call) => chatThinking(call, false),
  'thinking-streamed': (call) => chatThinking(call, true),
  async retried(call) {
    return check((await chat(call, { messages: user(call, 'hello') }, 2)).choices[0].message.content, 'Hello');
  },
  async aborted(call) {
    for await (const chunk of await chat(call, { messages: user(call, 'LONG'), stream: true })) if (chunk) break;
    return 'closed';
  },
  async models(call) {
    const names = [];
    for await (const model of client(call).models.list()) names.push(model.id);
    assert.ok(names.some((name) => name.endsWith('gpt-4o')), names.join());
    return names[0];
  },
  async embeddings(call) {
    for (const more of [{}, { dimensions: 4 }, { encoding_format: 'float' }]) {
      const made = await client(call).embeddings.create({ model: call.model, input: ['a', call.tag], ...more });
      assert.deepEqual(made.data.map((each) => each.embedding.length), Array(2).fill(more.dimensions ?? 8));
      assert.ok(made.usage.prompt_tokens > 0);
    }
    return 'embedded';
  },
};
for (const name of Object.keys(CLASSES)) {
  CHAT[name] = (call) =>
    checkRefusal(call, async (stream) => {
      const result = await chat(call, { messages: user(call, 'hello'.repeat(100)), stream });
      if (stream) await read(result);
    }, CLASSES, WORDS);
}

// Responses.
const respond = (call, more, retries) => client(call, retries).responses.create({ model: call.model, ...more });
export const flatTools = Object.entries(TOOLS).map(([name, { description, schema }]) => ({
  type: 'function', name, description, parameters: jsonSchema(schema), strict: false,
}));

function itemWithoutParsed({ parsed_arguments, ...item }) {
  return item.content ? { ...item, content: item.content.map(({ parsed, ...part }) => part) } : item;
}

async function responsesLoop(call, text, { stream, ...more }) {
  const input = [{ role: 'user', content: text }];
  let calls = 0, thoughts = 0;
  for (let rounds = 1; rounds < 6; rounds++) {
    let response;
    if (stream) {
      const events = client(call).responses.stream({ model: call.model, input, ...more });
      await read(events, call.began);
      response = await events.finalResponse();
    } else {
      response = await respond(call, { input, ...more });
    }
    input.push(...response.output.map(itemWithoutParsed));
    const called = response.output.filter((item) => item.type === 'function_call');
    thoughts += response.output.filter((item) => item.type === 'reasoning' && item.encrypted_content).length;
    if (!called.length) return { response, rounds, calls, thoughts };
    for (const item of called) {
      calls++;
      input.push({ type: 'function_call_output', call_id: item.call_id, output: runTool(item.name, JSON.parse(item.arguments)) });
    }
  }
  throw new Error('no end of the tools');
}

async function responsesTools(call, stream) {
  const { response, rounds, calls } = await responsesLoop(call, toolsPrompt(call), { stream, tools: flatTools });
  return checkResults(response.output_text, rounds, calls);
}

async function responsesThinking(call, stream) {
  const { response, rounds, calls, thoughts } = await responsesLoop(call, toolsPrompt(call, 'THINK '), {
    stream,
    tools: flatTools,
    reasoning: { effort: 'low', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    store: false,
  });
  assert.ok(thoughts, 'no reasoning item with encrypted_content');
  return checkResults(response.output_text, rounds, calls);
}

async function responsesPart(call, part, seen) {
  const content = [{ type: 'input_text', text: ask(call, 'look') }, part];
  return check((await respond(call, { input: [{ role: 'user', content }] })).output_text, seen);
}

async function responsesSearch(call, stream) {
  const more = { input: ask(call, 'SEARCH'), tools: [{ type: 'web_search' }] };
  const response = stream
    ? await client(call).responses.stream({ model: call.model, ...more }).finalResponse()
    : await respond(call, more);
  const messages = response.output.filter((item) => item.type === 'message');
  assert.ok(response.output.some((item) => item.type === 'web_search_call'), JSON.stringify(response.output));
  const urls = messages.flatMap((item) => item.content).flatMap((part) => part.annotations).map((each) => each.url);
  assert.deepEqual(urls, ['https://example.com/']);
  return urls[0];
}

export const RESPONSES = {
  async plain(call) {
    const response = await respond(call, { input: ask(call, 'hello'), instructions: SYSTEM, metadata: { a: 'b' } });
    assert.deepEqual([response.status, response.instructions, response.metadata], ['completed', SYSTEM, { a: 'b' }]);
    checkUsage(response.usage.input_tokens, response.usage.output_tokens);
    return checkSystem(response.output_text);
  },
  async streamed(call) {
    let text = '', number = 0, last;
    await read(await respond(call, { input: ask(call, 'LONG'), stream: true }), (event) => {
      call.began();
      assert.equal(event.sequence_number, number++);
      if (event.type === 'response.output_text.delta') text += event.delta;
      last = event;
    });
    assert.deepEqual([text, last.type], [LONG, 'response.completed']);
    checkUsage(last.response.usage.input_tokens, last.response.usage.output_tokens);
    return text;
  },
  async history(call) {
    const input = [
      { role: 'developer', content: SYSTEM },
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'hello' },
      { role: 'user', content: [{ type: 'input_text', text: ask(call, 'ECHO:ünï 😀') }] },
    ];
    const response = await respond(call, { input, max_output_tokens: 200, user: 'u'.repeat(64), store: false });
    return check(response.output_text, 'ünï 😀');
  },
  async length(call) {
    const response = await respond(call, { input: ask(call, 'LENGTH'), max_output_tokens: 16 });
    assert.deepEqual([response.status, response.incomplete_details.reason], ['incomplete', 'max_output_tokens']);
    return response.output_text;
  },
  tools: (call) => responsesTools(call, false),
  'tools-streamed': (call) => responsesTools(call, true),
  async 'tool-forced'(call) {
    const more = { input: ask(call, 'hi'), tools: flatTools, tool_choice: { type: 'function', name: 'time' } };
    const called = (await respond(call, more)).output.filter((item) => item.type === 'function_call');
    assert.deepEqual(called.map((item) => item.name), ['time']);
    return 'called';
  },
  async structured(call) {
    const request = { model: call.model, input: ask(call, 'report'), text: { format: zodTextFormat(Report, 'report') } };
    return checkReport((await client(call).responses.parse(request)).output_parsed);
  },
  async 'structured-streamed'(call) {
    const request = { model: call.model, input: ask(call, 'report'), text: { format: zodTextFormat(Report, 'report') } };
    const stream = client(call).responses.stream(request);
    await read(stream, call.began);
    return checkReport((await stream.finalResponse()).output_parsed);
  },
  async 'structured-tools'(call) {
    const tools = Object.entries(TOOLS).map(([name, { schema }]) => zodResponsesFunction({ name, parameters: schema }));
    const more = { tools, text: { format: zodTextFormat(Report, 'report') } };
    const { response, rounds, calls } = await responsesLoop(call, toolsPrompt(call), more);
    if (instructed(call)) return checkResults(response.output_text, rounds, calls);
    return checkReport(JSON.parse(response.output_text));
  },
  image: (call) => responsesPart(call, { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'auto' }, SEEN_PNG),
  document: (call) =>
    responsesPart(call, { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` }, SEEN_PDF),
  thinking: (call) => responsesThinking(call, false),
  'thinking-streamed': (call) => responsesThinking(call, true),
  async retried(call) {
    return check((await respond(call, { input: ask(call, 'hello') }, 2)).output_text, 'Hello');
  },
  search: (call) => responsesSearch(call, false),
  'search-streamed': (call) => responsesSearch(call, true),
  async compact(call) {
    const input = [{ role: 'user', content: ask(call, 'hello') }, { role: 'assistant', content: 'hello' }];
    const compacted = await client(call).responses.compact({ model: call.model, input });
    assert.deepEqual(compacted.output.map((item) => item.type), ['message', 'compaction']);
    const next = [...compacted.output, { role: 'user', content: ask(call, 'ECHO:after') }];
    return check((await respond(call, { input: next })).output_text, 'after');
  },
  async aborted(call) {
    for await (const event of await respond(call, { input: ask(call, 'LONG'), stream: true })) {
      if (event.type === 'response.output_text.delta') break;
    }
    return 'closed';
  },
};
for (const name of Object.keys(CLASSES)) {
  RESPONSES[name] = (call) =>
    checkRefusal(call, async (stream) => {
      const result = await respond(call, { input: ask(call, 'hello'.repeat(100)), stream });
      if (stream) await read(result);
    }, CLASSES, WORDS);
}
