import { describe, expect, test } from 'vitest';
import { checkHealthContract } from '../../../core/contract/health.ts';
import { completeContract, progressContract } from '../../../core/contract/item.ts';
import { listContract } from '../../../core/contract/item-list.ts';
import { registerContract } from '../../../core/contract/registration.ts';
import { HttpEvent, parseRequest } from '../../../core/lambda/http-request.ts';
import { itemOf } from '../../../core/lambda/item-url.ts';

function eventOf(parts: Partial<HttpEvent>): HttpEvent {
  return {
    rawPath: '/',
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: { requestId: 'r', http: { method: 'PUT' } },
    ...parts,
  };
}

const inQuery = { pathParameters: { workflow: 'w' }, rawQueryString: 'id=a%2Fb' };
const inPath = { pathParameters: { workflow: 'w', item: 'a/b' }, rawQueryString: '' };

describe.each([
  ['query', inQuery],
  ['path', inPath],
])('in the %s form', (_, url) => {
  test('an operation gets the same path, and a query without the id', () => {
    const query = [url.rawQueryString, 'run=r'].filter(Boolean).join('&');
    expect(parseRequest(completeContract, eventOf({ ...url, rawQueryString: query }))).toMatchObject({
      path: { workflow: 'w', item: 'a/b' },
      query: { run: 'r' },
    });
  });

  test('the guard is not part of the request that is carried out', () => {
    for (const contract of [registerContract, progressContract]) {
      const body = '{"item":"a/b","step":"s","data":{"item":"c"}}';
      const { body: parsed, data } = parseRequest(contract, eventOf({ ...url, body }));
      expect(parsed).toEqual({ step: 's', data: { item: 'c' } });
      expect(data).toBe('{"item":"c"}');
    }
  });

  test('the log names the item', () => {
    expect(itemOf(completeContract, url)).toBe('a/b');
    expect(itemOf(listContract, inQuery)).toBeUndefined();
  });
});

test('the log names no item of an event that cannot be read', () => {
  expect(itemOf(completeContract, undefined)).toBeUndefined();
  expect(itemOf(completeContract, {} as never)).toBeUndefined();
});

test.each([
  ['left out', {}],
  ['null', { pathParameters: null }],
])('a request of a route without path variables, which are %s, is read', (_, parts) => {
  const event = HttpEvent.parse(eventOf(parts));
  expect(itemOf(checkHealthContract, event)).toBeUndefined();
  expect(parseRequest(checkHealthContract, event)).toMatchObject({ path: {}, query: {} });
});
