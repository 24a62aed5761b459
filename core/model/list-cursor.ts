import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ProblemError } from '../problem-error.ts';

const Position = z.strictObject({ after: z.string(), list: z.string() });

/** Identifies the list of a cursor: the same list with the same filters and order. */
function listId(list: unknown): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 8);
}

/** An opaque cursor: continue this list after the entry with the sort key `after`. */
export function writeCursor(after: string, list: unknown): string {
  return Buffer.from(JSON.stringify({ after, list: listId(list) })).toString('base64url');
}

/**
 * The sort key to continue after. Throws a 400 problem for a cursor that does not come from this list.
 *
 * @param sortKey the pattern of this list's sort keys
 */
export function readCursor(cursor: string | undefined, list: unknown, sortKey: RegExp): string | undefined {
  if (cursor === undefined) return undefined;
  const { data } = Position.safeParse(parsed(cursor));
  if (data?.list === listId(list) && sortKey.test(data.after)) return data.after;
  throw invalidCursor();
}

export function invalidCursor(): ProblemError {
  return new ProblemError(
    'invalid-cursor',
    'the cursor must come from this list, with the same filters and order; start again without a cursor',
    { errors: [{ path: 'cursor', message: 'not a cursor of this list' }] },
  );
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    // Not a cursor of ours: the caller throws.
    return undefined;
  }
}
