import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { received } from './names.ts';

/** A number in a query string; zod's own coercion would also accept "" and "1e2". */
export const Limit = z.string().check(
  z.refine((text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= limits.pageItems, {
    error: (issue) =>
      `must be a whole number from 1 to ${limits.pageItems}; received ${received(issue.input)}`,
  }),
  z.meta({
    description: 'The maximum number of entries on a page.',
    type: 'integer',
    minimum: 1,
    maximum: limits.pageItems,
    default: limits.defaultPageItems,
    examples: [50],
  }),
);

export const Cursor = z.string().check(
  z.minLength(1),
  z.maxLength(limits.cursorCharacters),
  z.meta({
    description: 'The `cursor` of the previous page. Send it with the same filters and order.',
  }),
);

/** The query of a list without filters. */
export const PageQuery = z.strictObject({ limit: z.optional(Limit), cursor: z.optional(Cursor) });
