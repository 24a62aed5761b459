import type { Caller } from '../model/access/permission.ts';

/** The members of a reply about an item that every caller who may write it sees. */
const seenByWriters = new Set([
  'status',
  'outcome',
  'ignored',
  'hint',
  'workflow',
  'item',
  'attempt',
  'state',
  'deadline',
  'tookMs',
  'lateByMs',
  'completion',
]);

/**
 * The reply to a write as the caller may see it: a caller who may not read items sees the outcome of the request, and
 * nothing of the item, such as its tags, steps, run, or the reason of a failure (P9).
 */
export function visibleTo<Reply extends object>({ scopes }: Pick<Caller, 'scopes'>, reply: Reply): Reply {
  if (scopes.includes('read') || scopes.includes('admin') || 'code' in reply) return reply;
  return Object.fromEntries(Object.entries(reply).filter(([name]) => seenByWriters.has(name))) as Reply;
}
