import * as z from 'zod/mini';
import { EndedFilter } from '../../contract/item-filter.ts';

const Text = z.string();

/**
 * A redrive or discard as the registry table keeps it, under `<workflow>#<id>`. While it is not at its end there is a
 * marker of the same name, by which its runner finds it.
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
  /** Strict: a filter that another version wrote and this one does not know must not be passed over, as all would match. */
  filter: z.strictObject({
    ...EndedFilter.shape,
    /** Of an automatic redrive: only items that were not tried more often. */
    attemptAtMost: z.optional(z.int()),
  }),
  /** Only items that ended up to then, so that those that end while it runs are not resumed again and again. */
  endedBy: Text,
  /** Of an automatic redrive: only items that ended later. What an aborted one was about is left to people. */
  endedAfter: z.optional(Text),
  /** Only so many items, the first that match in order of registration. */
  limit: z.optional(z.int()),
  /** Where the last of these is in that order, once they are counted: what moves up when one of them goes is not meant. */
  lastPosition: z.optional(Text),
  rate: z.int(),
  timeout: z.optional(z.union([z.number(), Text])),
  startedAt: Text,
  endedAt: z.optional(Text),
  matched: z.optional(z.int()),
  resumed: z.int(),
  skipped: z.int(),
  failed: z.int(),
  errors: z.array(z.object({ item: Text, error: Text })),
  /** Why its last run could not go on, if it could not: the next one tries again. */
  lastError: z.optional(z.object({ at: Text, error: Text })),
  /** Where it has got to, in the order of registration. */
  cursor: z.optional(Text),
  /** Items that are being worked on: written before anything is done, so that a crash repeats them. */
  page: z.array(Text),
  /** Whether there may be more that match than were counted. */
  more: z.optional(z.literal(true)),
  /** Who works on it, until when nobody else does. */
  runner: z.optional(z.object({ id: Text, until: Text })),
});
export type RedriveRecord = z.infer<typeof RedriveRecord>;

export function redriveName(workflow: string, id: string): string {
  return `${workflow}#${id}`;
}
