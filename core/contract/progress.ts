import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { label, received } from './names.ts';

/** So many reports of the same value in a row say that an item without `stuckAfter` is stuck. */
export const stuckReports = 3;

/**
 * A report less than this many milliseconds after the last report that counted does not count: a request that is
 * repeated because its reply was lost is not a second report.
 */
export const reportsApartMs = 60_000;

/** Numbers other than 0 have at least this magnitude, so that DynamoDB holds them too. */
const leastNumber = 1e-6;
const mostNumber = Number.MAX_SAFE_INTEGER;

const valueError = ({ input }: { input?: unknown }) =>
  `must be a number from -${mostNumber} to ${mostNumber}, 0 or not nearer to 0 than ${leastNumber}, or 1–${limits.progressCharacters} printable characters without white space at the ends; received ${received(input)}`;

const NumberValue = z.number().check(
  z.minimum(-mostNumber),
  z.maximum(mostNumber),
  z.refine((value) => value === 0 || Math.abs(value) >= leastNumber),
);

/** How far the work is: a value that changes whenever the work moves on. */
export const ProgressValue = z
  .union([label(1, limits.progressCharacters), NumberValue], { error: valueError })
  .check(
    z.meta({
      description: `How far the work is, such as a count, a share or a cursor. Report it for as long as the worker is alive. An item whose \`progress\` stays the same is stuck: for longer than \`stuckAfter\`, or, if it has no \`stuckAfter\`, in ${stuckReports} reports in a row that are at least ${reportsApartMs / 1000} seconds apart.`,
      examples: [1840, 'page-17'],
    }),
  );
export type ProgressValue = z.infer<typeof ProgressValue>;
