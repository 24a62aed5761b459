import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { ItemId, received, WorkflowName } from './names.ts';
import { itemPath } from './query-form.ts';

/** The item of an operation, in either form of the URL. */
export const ItemPath = z.strictObject({ workflow: WorkflowName, item: ItemId });
export type ItemPath = z.infer<typeof ItemPath>;

/**
 * No `%`, `?` and `#`, no empty segment, no segment `.` or `..`: HTTP APIs decode a path twice, cut it at a `?` and
 * merge slashes, and other software on the way removes dots. No `+` and no space: how an HTTP API treats a `+` in a
 * path is not known. No name of an operation at the end, such as `/complete`.
 */
const plain =
  /^(?!.*\/(?:register|complete|progress|fail)$)(?!\.{1,2}(?:\/|$))[^/%?#+ ]+(?:\/(?!\.{1,2}(?:\/|$))[^/%?#+ ]+)*$/;
const rule = 'no space, %, ?, # or +, no empty segment and no segment "." or ".."';
/** Callers who take the name of an operation for a part of the path would watch another item than they complete. */
const operationAtEnd = /\/(?:register|complete|progress|fail)$/;

/** An item in the path form, for ids that a path carries unchanged. */
export const PlainItemPath = z
  .strictObject({
    workflow: WorkflowName,
    item: ItemId.check(
      z.meta({
        description: `An item with a plain id: ${rule}. Use the query form for all other ids. Percent-encode the id once; slashes may stay as they are.`,
        pattern: plain.source,
        minLength: 1,
        maxLength: limits.itemCharacters,
        examples: ['2026/11/scan-4711.tiff'],
      }),
    ),
  })
  .check(
    z.refine(({ item }) => plain.test(item), {
      path: ['item'],
      error: ({ input }) => {
        const { workflow, item } = input as ItemPath;
        if (operationAtEnd.test(item))
          return `in a path must not end in the name of an operation: DELETE completes an item, PATCH reports progress; if ${received(item)} is the id, use ${itemPath(workflow, item)}`;
        return `in a path must have ${rule}; received ${received(item)}; use ${itemPath(workflow, item)}`;
      },
    }),
  );

/** The id again in a body: it catches ids that were cut or decoded on the way to the service. Never stored. */
export const ItemGuard = z.optional(ItemId).check(
  z.meta({
    description: 'The id of the item again. It must equal the id in the URL, otherwise the reply is 400.',
  }),
);

/** Why a body is not about the item in its URL; undefined if it is. */
export function guardFault({ workflow, item }: ItemPath, guard: string): string | undefined {
  if (guard === item) return undefined;
  return `must equal the id in the URL, ${received(item)}; received ${received(guard)}; use ${itemPath(workflow, guard)}`;
}
