import type { CallLimits, ReplyOf } from '../core/contract/calls.ts';
import type { Connection } from './connection.ts';
import type { ItemOperation } from './spool/spool.ts';

/** What the warden returns for an operation on an item. */
export type ItemReply = ReplyOf<'register'> | ReplyOf<'progress'> | ReplyOf<'complete'>;

/** Sends an operation on an item alone. Throws a WardenError. */
export function callAlone(
  { call }: Pick<Connection, 'call'>,
  workflow: string,
  operation: ItemOperation,
  limits: CallLimits,
): Promise<ItemReply> {
  const path = { workflow, item: operation.item };
  if (operation.op === 'register') {
    const { op, item, ...body } = operation;
    return call('register', { path, body, ...limits });
  }
  const only = { query: { run: operation.run }, attempt: operation.attempt };
  if (operation.op === 'complete') return call('complete', { path, ...only, ...limits });
  const { op, item, run, attempt, ...body } = operation;
  return call('progress', { path, body, ...only, ...limits });
}
