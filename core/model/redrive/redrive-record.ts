import * as z from 'zod/mini';
import { BreachedFilter } from '../../contract/item-filter.ts';

const Text = z.string();

/**
 * A redrive or discard in the registry table, under `<workflow>#<id>`. Until it has ended there is a marker of the
 * same name, by which its runner finds it.
 */
export const RedriveRecord = z.object({
  kind: Text,
  name: Text,
  id: Text,
  workflow: Text,
  action: z.enum(['redrive', 'discard']),
  /** `planned`: the dry run of a discard. */
  state: z.enum(['planned', 'running', 'paused', 'done', 'aborted']),
  /** Grows with every change. */
  revision: z.int(),
  by: Text,
  /** Strict: an unknown filter of another version must not be ignored, because all items would match. */
  filter: z.strictObject({
    ...BreachedFilter.shape,
    /** Of an automatic redrive: only items with at most this many attempts. */
    attemptAtMost: z.optional(z.int()),
  }),
  /** Only items breached until then, so that items breached while it runs are not resumed again and again. */
  endedBy: Text,
  /** Of an automatic redrive: only items breached after this. Items of an aborted redrive are left to people. */
  endedAfter: z.optional(Text),
  /** At most this many items: the first that match, in order of registration. */
  limit: z.optional(z.int()),
  /**
   * The position of the last of these items, once they are counted: items after it do not replace items that are gone.
   */
  lastPosition: z.optional(Text),
  rate: z.int(),
  timeout: z.optional(z.union([z.number(), Text])),
  note: z.optional(Text),
  startedAt: Text,
  endedAt: z.optional(Text),
  matched: z.optional(z.int()),
  resumed: z.int(),
  skipped: z.int(),
  failed: z.int(),
  errors: z.array(z.object({ item: Text, error: Text })),
  /** Why the last run could not continue. The next run tries again. */
  lastError: z.optional(z.object({ at: Text, error: Text })),
  /** The position that it has reached, in the order of registration. */
  cursor: z.optional(Text),
  /** The items of the current page, recorded before the work, so that it is repeated after a crash. */
  page: z.array(Text),
  /** Whether more items may match than were counted. */
  more: z.optional(z.literal(true)),
  /** The runner that works on it, and until when no other runner does. */
  runner: z.optional(z.object({ id: Text, until: Text })),
});
export type RedriveRecord = z.infer<typeof RedriveRecord>;

export function redriveName(workflow: string, id: string): string {
  return `${workflow}#${id}`;
}
