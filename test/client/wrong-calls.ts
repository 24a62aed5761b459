/*
 * Calls that must not compile: `npm run types` fails if one of them does, because its `@ts-expect-error` is then unused.
 * Nothing runs this file.
 */
import { type Client, createClient } from '../../client/client.ts';
import type { Call } from '../../client/connection.ts';
import type { Spool } from '../../client/spool/spool.ts';
import type { RequestOf } from '../../core/contract/calls.ts';
import type { Operation } from '../../core/contract/routes.ts';

declare const spool: Spool;
const plain = createClient({ url: 'http://localhost:8080' });
const spooling = createClient({ url: 'http://localhost:8080', spool });

export async function wrongCalls(): Promise<unknown[]> {
  return [
    // @ts-expect-error no address
    createClient({}),
    // @ts-expect-error an unknown option
    createClient({ url: '', retries: 3 }),
    // @ts-expect-error an unknown way
    createClient({ url: '', onUnavailable: 'ignore' }),
    // @ts-expect-error no body
    plain.register('w', 'i'),
    // @ts-expect-error a misspelt member
    plain.register('w', 'i', { timeOut: 60 }),
    // @ts-expect-error the id is given once
    plain.register('w', 'i', { timeout: 60, item: 'other' }),
    // @ts-expect-error tags are texts
    plain.register('w', 'i', { timeout: 60, tags: { n: 1 } }),
    // @ts-expect-error an attempt is a number
    plain.complete('w', 'i', { attempt: '1' }),
    // @ts-expect-error an unknown state
    plain.list('w', { state: ['done'] }),
    // @ts-expect-error pages are read to their end
    plain.list('w', { cursor: 'x' }),
    // @ts-expect-error an unknown operation
    plain.batch('w', [{ op: 'fail', item: 'i' }]),
    // @ts-expect-error a silence has a reason
    plain.workflows.silence('w', { until: '2026-11-28T00:00:00Z' }),
    // @ts-expect-error an unknown action
    plain.redrives.change('w', 'r', { action: 'resume' }),
    // @ts-expect-error a dry run returns no id
    (await plain.redrives.start('w', { dryRun: true })).id,
    // @ts-expect-error a redrive returns no count
    (await plain.redrives.start('w', {})).count,
    // @ts-expect-error a discard is a dry run or a token
    plain.discard('w', { ids: ['a'] }),
    // @ts-expect-error an unknown scope
    plain.tokens.create({ name: 'n', scopes: ['write'], workflows: ['*'] }),
    // @ts-expect-error an unknown operation
    plain.call('finish', { path: {} }),
    // @ts-expect-error no workflow
    plain.call('list', { path: {} }),
    // @ts-expect-error a number
    plain.call('list', { path: { workflow: 'w' }, query: { limit: '5' } }),
    // @ts-expect-error what is spooled has no attempt yet
    (await spooling.register('w', 'i', { timeout: 60 })).attempt,
    // @ts-expect-error the result is the work's
    (await plain.watch('w', 'i', { timeout: 60 }, () => 'text')).length.toUpperCase(),
    // @ts-expect-error a step is a text
    plain.watch('w', 'i', { timeout: 60 }, ({ step }) => step(1)),
  ];
}

export async function rightCalls(): Promise<unknown[]> {
  // A client without a spool is one whose calls are never kept.
  const any: Client = plain;
  const reply = await spooling.register('w', 'i', { timeout: 'PT1M' });
  return [
    any.call,
    (await plain.register('w', 'i', { deadline: '2026-11-28T00:00:00Z' })).attempt,
    reply.outcome === 'spooled' ? reply.item : reply.attempt,
    plain.call('fail', { path: { workflow: 'w' }, query: { id: 'i', exit: 3 }, body: 'output' }),
  ];
}

/** Every operation has types: an operation that `client/contracts.ts` does not name would accept nothing. */
export type Untyped = {
  [Name in Operation]: RequestOf<Name>['query'] extends never ? Name : never;
}[Operation];
export const untyped: Untyped[] = [];
export const call: Call = plain.call;
