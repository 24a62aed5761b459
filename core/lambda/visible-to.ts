import type { Caller } from '../model/access/permission.ts';

/** The members of a reply about an item that every caller sees who may write it. */
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
 * The reply to a write as the caller may see it: whoever may not read items sees what became of the request, and none of
 * what the item holds, such as tags, steps, its run, or why it failed (P9).
 */
export function visibleTo<Reply extends object>({ scopes }: Pick<Caller, 'scopes'>, reply: Reply): Reply {
  if (scopes.includes('read') || scopes.includes('admin') || 'code' in reply) return reply;
  return Object.fromEntries(Object.entries(reply).filter(([name]) => seenByWriters.has(name))) as Reply;
}
