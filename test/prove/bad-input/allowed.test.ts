import { expect, test } from 'vitest';
import { wrongPart } from '../../../prove/bad-input/allowed.ts';
import { operations } from '../../../prove/bad-input/document.ts';
import { type Draft, eventOf, goodDraft } from '../../../prove/bad-input/draft.ts';

const first = <Value>(from: readonly Value[]) => from[0] as Value;

function draftOf(method: string, rest: string): Draft {
  const operation = operations.find((one) => one.method === method && one.route === `/v1/${rest}`);
  if (operation === undefined) throw new Error(`there is no ${method} ${rest}`);
  return goodDraft(operation, first);
}

const register = () => draftOf('PUT', 'workflows/{workflow}/item');
const complete = () => draftOf('DELETE', 'workflows/{workflow}/item');
const fail = () => draftOf('POST', 'workflows/{workflow}/fail');

test('a request that the document shows as an example is allowed, for every operation', () => {
  const refused = operations.flatMap((operation) =>
    (operation.examples.length === 0 ? [undefined] : operation.examples).flatMap((_, index) => {
      const draft = goodDraft(operation, (from) => from[index % from.length] as never);
      const wrong = wrongPart(draft);
      return wrong === undefined ? [] : [`${operation.method} ${operation.route}: ${wrong}`];
    }),
  );
  expect(refused).toEqual([]);
});

test.each<[string, () => Draft, Partial<Draft>]>([
  ['path', register, { path: new Map([['workflow', '..']]) }],
  ['path', () => draftOf('GET', 'incidents/{incident}'), { path: new Map([['incident', 'incident-1']]) }],
  ['path', () => draftOf('GET', 'workflows/{workflow}/items/{item+}'), { path: new Map([['item', 'a//b']]) }],
  ['query', register, { query: [] }],
  [
    'query',
    register,
    {
      query: [
        ['id', 'a'],
        ['id', 'a'],
      ],
    },
  ],
  ['query', register, { query: [['id', '%E4']] }],
  [
    'query',
    register,
    {
      query: [
        ['id', 'a'],
        ['unheard-of', '1'],
      ],
    },
  ],
  ['headers', complete, { headers: { 'if-match': '"0"' } }],
  ['headers', register, { headers: { 'if-match': '"1"' } }],
  ['headers', fail, { headers: { 'content-encoding': 'gzip' } }],
  ['body', register, { body: undefined }],
  ['body', register, { body: { text: '{"timeout":1,}' } }],
  ['body', register, { body: { bytes: Buffer.from([0x7b, 0xff, 0x7d]) } }],
  ['body', register, { body: { json: { timeout: -1 } } }],
  ['body', fail, { body: { bytes: Buffer.alloc(300_000, 'x') } }],
])('what is wrong in the %s is not allowed', (part, good, change) => {
  expect(wrongPart(good())).toBeUndefined();
  expect(wrongPart({ ...good(), ...change })).toBe(part);
});

test.each<[string, () => Draft, Partial<Draft>]>([
  ['a body in base64', register, { body: { bytes: Buffer.from('\ufeff{"timeout":60}') } }],
  ['an output with any bytes', fail, { body: { bytes: Buffer.from([0xff, 0]) } }],
  ['no output', fail, { body: undefined }],
  ['one attempt, or any', complete, { headers: { 'if-match': '*' } }],
  [
    'a list of states',
    () => draftOf('GET', 'workflows/{workflow}/items'),
    {
      query: [
        ['state', 'overdue'],
        ['state', 'failed'],
      ],
    },
  ],
  ['any query of a health check', () => draftOf('GET', 'health'), { query: [['cache', '%']] }],
])('%s is allowed', (_, good, change) => {
  expect(wrongPart({ ...good(), ...change })).toBeUndefined();
});

test('an event has the request as it is in the URL and in the body', () => {
  const draft: Draft = { ...register(), query: [['id', '%zz']], body: { bytes: Buffer.from([0xff]) } };
  expect(eventOf(draft, 7, 0)).toMatchObject({
    rawQueryString: 'id=%zz',
    body: '/w==',
    isBase64Encoded: true,
    pathParameters: { workflow: 'uploads' },
  });
});
