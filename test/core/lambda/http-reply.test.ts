import { describe, expect, expectTypeOf, test } from 'vitest';
import type { AuditLog } from '../../../core/aws/registry/audit-log.ts';
import type { checkHealthContract } from '../../../core/contract/health.ts';
import type { Item, readContract } from '../../../core/contract/item.ts';
import type { ItemLine, listContract } from '../../../core/contract/item-list.ts';
import type { registerContract } from '../../../core/contract/registration.ts';
import type { removeWorkflowContract } from '../../../core/contract/workflow.ts';
import { type JsonText, jsonText, withMember } from '../../../core/json-text.ts';
import type { Asked, httpFunction } from '../../../core/lambda/http-function.ts';
import { everyReply, type HttpReply, sent } from '../../../core/lambda/http-reply.ts';
import { problemReply } from '../../../core/lambda/problem-reply.ts';
import { ProblemError } from '../../../core/problem-error.ts';
import type { Running } from '../../../core/running.ts';

// `npm run types` checks what these tests say about types.
describe('a reply', () => {
  type Registered = HttpReply<typeof registerContract>;
  type Reply = Extract<Registered, { status: 201 }>['json'];

  test('has a status of its contract, with the body for that status', () => {
    expectTypeOf<{ status: 201; json: Reply }>().toExtend<Registered>();
    expectTypeOf<{ status: 202; json: Reply }>().not.toExtend<Registered>();
    expectTypeOf<{ status: 201 }>().not.toExtend<Registered>();
    expectTypeOf<{ status: 201; json: { outcome: 'created' } }>().not.toExtend<Registered>();
    expectTypeOf<{ status: 503; json: { status: 'ok'; checks: [] } }>().toExtend<
      HttpReply<typeof checkHealthContract>
    >();
    expectTypeOf<{ status: 503; json: { status: 'fine'; checks: [] } }>().not.toExtend<
      HttpReply<typeof checkHealthContract>
    >();
  });

  test('without a body in the contract has none', () => {
    expectTypeOf<{ status: 204 }>().toExtend<HttpReply<typeof removeWorkflowContract>>();
    expectTypeOf<{ status: 204; json: Reply }>().not.toExtend<HttpReply<typeof removeWorkflowContract>>();
  });

  test('as JSON text is the text of the type in the contract', () => {
    type Read = HttpReply<typeof readContract>;
    expectTypeOf<{ status: 200; json: JsonText<Item> }>().toExtend<Read>();
    expectTypeOf<{ status: 200; json: JsonText }>().not.toExtend<Read>();
    expectTypeOf<{ status: 200; json: JsonText<ItemLine> }>().not.toExtend<Read>();
    expectTypeOf<{ status: 200; json: string }>().not.toExtend<Read>();
    const text = withMember({ a: 1 }, 'data', '-0' as JsonText);
    expectTypeOf(text).toExtend<JsonText<{ a: number; data?: unknown }>>();
    expectTypeOf(text).not.toExtend<JsonText<{ a: string; data?: unknown }>>();
  });

  test('of lines is possible only where the contract has lines', () => {
    expectTypeOf<{ status: 200; lines: JsonText<Item>[] }>().toExtend<HttpReply<typeof listContract>>();
    expectTypeOf<{ status: 200; lines: JsonText[] }>().not.toExtend<HttpReply<typeof listContract>>();
    expectTypeOf<{ status: 200; lines: JsonText<Item>[] }>().not.toExtend<HttpReply<typeof readContract>>();
  });
});

test('an audited operation needs an audit log, and its handler can write the entry', () => {
  type Service<Contract extends Parameters<typeof httpFunction>[0]> = Parameters<
    typeof httpFunction<Contract>
  >[1];
  type Audited = typeof removeWorkflowContract;
  expectTypeOf<Running>().not.toExtend<Service<Audited>>();
  expectTypeOf<Running & { audit: AuditLog }>().toExtend<Service<Audited>>();
  expectTypeOf<Running>().toExtend<Service<typeof readContract>>();
  expectTypeOf<Asked<Audited>>().toHaveProperty('note');
  expectTypeOf<Asked<typeof readContract>>().not.toHaveProperty('note');
});

describe('a reply is sent', () => {
  test('as JSON, from a value or from a text', () => {
    const headers = { ...everyReply, 'content-type': 'application/json' };
    const body = '{"a":1}\n';
    expect(sent({ status: 200, json: { a: 1 } })).toEqual({ statusCode: 200, headers, body });
    expect(sent({ status: 200, json: jsonText({ a: 1 }) })).toEqual({ statusCode: 200, headers, body });
  });

  test('as lines, each with a line end', () => {
    expect(sent({ status: 200, lines: [jsonText({ a: 1 }), jsonText(2)], headers: { link: 'x' } })).toEqual({
      statusCode: 200,
      headers: { ...everyReply, 'content-type': 'application/x-ndjson', link: 'x' },
      body: '{"a":1}\n2\n',
    });
    expect(sent({ status: 200, lines: [] }).body).toBe('');
  });

  test('without a body if it has none', () => {
    expect(sent({ status: 204 })).toEqual({ statusCode: 204, headers: everyReply });
  });
});

test('security L4: no reply is kept by a cache or taken for another type', () => {
  const expected = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  expect(sent({ status: 200, json: {} }).headers).toMatchObject(expected);
  expect(problemReply(new ProblemError('item-not-found', 'there is no such item')).headers).toMatchObject(
    expected,
  );
});
