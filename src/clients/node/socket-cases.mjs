// The cases of OpenAI's library for the Responses API over a WebSocket.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';
import {
  LONG, STATUS, SYSTEM, TIMEOUT, ask, check, checkResults, checkStatus, checkSystem, checkUsage, runTool, toolsPrompt,
} from './common.mjs';
import { flatTools } from './openai-cases.mjs';

class SocketError extends Error {
  constructor(event) {
    super(JSON.stringify(event));
    this.status = event.status;
  }
}

// A connection; `request` sends a request, reads the events of its response and returns the response.
async function connected(call, use) {
  const client = new OpenAI({ baseURL: `${call.base}/v1`, apiKey: call.key, maxRetries: 0, timeout: TIMEOUT });
  const socket = new ResponsesWS(client);
  const events = socket.stream()[Symbol.asyncIterator]();
  const request = async (more) => {
    socket.send({ type: 'response.create', model: call.model, ...more });
    for (;;) {
      const { done, value } = await events.next();
      if (done || value.type === 'close') throw new Error('the connection was closed before the end of the response');
      if (value.type === 'error') throw value.error.error ? new SocketError(value.error.error) : value.error;
      if (value.type !== 'message') continue;
      const event = value.message;
      if (['error', 'response.failed'].includes(event.type)) throw new SocketError(event);
      call.began();
      if (['response.completed', 'response.incomplete'].includes(event.type)) return event.response;
    }
  };
  try {
    return await use(request);
  } finally {
    socket.close();
  }
}
const alone = (call, more) => connected(call, (request) => request(more));
const textOf = (response) =>
  response.output.filter((item) => item.type === 'message').flatMap((item) => item.content).map((part) => part.text).join('');

export const stream = async (call) => textOf(await alone(call, { input: 'hi' }));

// Each request has only what is new: the connection remembers the rest, though nothing is stored.
const tools = (call) => connected(call, async (request) => {
  let input = toolsPrompt(call), previous = {}, rounds = 0, calls = 0, response;
  while (input.length && rounds < 5) {
    response = await request({ input, tools: flatTools, store: false, ...previous });
    previous = { previous_response_id: response.id };
    rounds++;
    const called = response.output.filter((item) => item.type === 'function_call');
    calls += called.length;
    input = called.map((item) =>
      ({ type: 'function_call_output', call_id: item.call_id, output: runTool(item.name, JSON.parse(item.arguments)) }));
  }
  return checkResults(textOf(response), rounds, calls);
});

export const CASES = {
  async plain(call) {
    const response = await alone(call, { input: ask(call, 'hello'), instructions: SYSTEM });
    checkUsage(response.usage.input_tokens, response.usage.output_tokens);
    return checkSystem(textOf(response));
  },
  async streamed(call) {
    const response = await alone(call, { input: ask(call, 'LONG'), store: false });
    assert.equal(textOf(response), LONG);
    return LONG;
  },
  tools,
  'warm-up': (call) => connected(call, async (request) => {
    const empty = await request({ input: ask(call, 'hello'), instructions: SYSTEM, generate: false, store: false });
    assert.deepEqual(empty.output, []);
    const more = { input: [], instructions: SYSTEM, previous_response_id: empty.id, store: false };
    return checkSystem(textOf(await request(more)));
  }),
  async 'unknown-previous'(call) {
    const more = { input: ask(call, 'hello'), previous_response_id: 'resp_unknown', store: false };
    const error = await alone(call, more).then(() => null, (thrown) => thrown);
    return check(error?.message, 'previous_response_not_found');
  },
};
for (const name of Object.keys(STATUS)) {
  if (name !== 'error-401') CASES[name] = (call) => checkStatus(call, () => alone(call, { input: ask(call, 'hello'.repeat(100)) }));
}
