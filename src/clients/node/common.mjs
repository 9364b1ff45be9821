// What the cases of all clients ask for, and what they check.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const TIMEOUT = 15_000;
export const SYSTEM = 'Be brief.';
export const LONG =
  'a gateway earns trust only when the provider behind it misbehaves and the caller still gets one honest answer on time with' +
  ' nothing lost nothing doubled and nothing hidden';
export const ZONE = 'CET "ünï" 😀';
const ROUNDS = ['Paris: sunny', 'Rome: sunny', `noon in ${ZONE}`];
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC';
export const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n').toString('base64');
const bytes = (base64) => Buffer.from(base64, 'base64').length;
export const SEEN_PNG = `IMAGES image/png:${bytes(PNG)}`;
export const SEEN_PDF = `DOCS application/pdf:${bytes(PDF)}`;

export const ask = (call, words) => `${words} (${call.tag})`;

// Two rounds, each with a text before its calls: two calls at once, then one.
export const toolsPrompt = (call, words = '') =>
  ask(call, `PREFACE ${words}CALLS[weather({"city":"Paris"});; weather({"city":"Rome"})]END CALLS[time(${JSON.stringify({ zone: ZONE })})]END`);

export function runTool(name, input) {
  if (name === 'weather') return `${input.city}: sunny`;
  assert.equal(name, 'time');
  return `noon in ${input.zone}`;
}

export const TOOLS = {
  weather: { description: 'The weather of a city.', schema: z.object({ city: z.string().min(1).max(80) }) },
  time: { description: 'The time in a zone.', schema: z.object({ zone: z.string() }) },
};

export const jsonSchema = (schema) => {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return rest;
};

const Person = z.object({
  name: z.string().min(1).max(40).describe('The full name.'),
  age: z.number().int().min(0).max(150),
  role: z.enum(['owner', 'guest']),
});

// Everything that is usual in a type: limits, choices, nested and nullable members, lists.
export const Report = z.object({
  title: z.string(),
  status: z.enum(['open', 'done']),
  people: z.array(Person).min(1).max(5),
  owner: Person.nullable(),
  score: z.number().nullable().describe('From 0 to 10.'),
  labels: z.array(z.string()),
  source: z.union([z.string(), z.number().int()]),
});

export function checkReport(report) {
  return Report.parse(report).title;
}

export function check(seen, ...expected) {
  for (const text of expected) assert.ok((seen ?? '').includes(text), `expected «${text}» in: ${seen}`);
  return seen;
}

export const checkSystem = (seen) => check(seen, `SYS ${createHash('sha256').update(SYSTEM).digest('hex').slice(0, 16)}`);

export const checkUsage = (input, output) => assert.deepEqual([input, output], [31, 17]);

export function checkResults(text, rounds, calls) {
  check(text, ...ROUNDS);
  assert.deepEqual([rounds, calls], [3, 3], 'responses, calls');
  return text;
}

// Whether the format of a request with tools goes as an instruction, from which the judge writes no JSON.
export const instructed = (call) => ['gemini', 'cohere'].includes(call.target);

export const direct = (call) => call.target.startsWith('direct');

export async function read(stream, each = () => {}) {
  for await (const event of stream) await each(event);
}

// Asks twice, whole and streamed, and checks the class of the error. `classes`: of this client, by case.
export async function checkRefusal(call, request, classes, { requestId, overflow }) {
  for (const stream of [false, true]) {
    let error;
    try {
      await request(stream);
    } catch (thrown) {
      error = thrown;
    }
    assert.ok(error, 'no error');
    const expected = classes[call.case];
    assert.equal(error.constructor.name, expected.name ?? expected, error.stack);
    if (!direct(call)) assert.ok(requestId(error), 'the error has no request id');
    if (call.case === 'overflow') overflow(error);
    // The second 429 is a key's cooldown.
    else if (call.case === 'error-401') direct(call) || check(error.message, 'API key');
    else if (call.case !== 'error-429') check(error.message, 'fake error');
  }
  return 'refused';
}

export const STATUS = {
  'error-400': [400], 'error-401': [401], 'error-403': [403], 'error-404': [404], 'error-429': [429], 'error-500': [500, 502],
  'error-overload': [503, 529], overflow: [400],
};
const TOO_LONG = { messages: 'prompt is too long', gemini: 'token' };

// The HTTP status of a client's error, or of an error that it wraps.
function statusOf(error) {
  return error?.status ?? error?.statusCode ?? (error?.cause ? statusOf(error.cause) : undefined);
}

// Asks twice, whole and streamed, and checks the status and the words of the error.
export async function checkStatus(call, request) {
  for (const stream of [false, true]) {
    const error = await request(stream).then(() => null, (thrown) => thrown);
    assert.ok(error, 'no error');
    assert.ok(STATUS[call.case].includes(statusOf(error)), `status ${statusOf(error)}: ${error.stack}`);
    if (call.case === 'overflow') check(error.message, TOO_LONG[call.api] ?? 'context');
    // The second 429 is a key's cooldown.
    else if (!['error-401', 'error-429'].includes(call.case)) check(error.message, 'fake error');
  }
  return 'refused';
}
