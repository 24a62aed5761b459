import type { Client } from '../client.ts';
import type { Send } from '../spool/spool.ts';

/** Sends the operations that a spool keeps. */
export function sendFor({ call }: Client<undefined>, signal: AbortSignal): Send {
  return async (workflow, operations) => {
    const body = { operations: [...operations] };
    return (await call('batch', { path: { workflow }, body, signal })).results;
  };
}
