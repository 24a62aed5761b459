import { type Item, itemBytes } from './values.ts';

const unitBytes = 1024;

/** Write units of a row in a table or an index: one for each KB of the old or the new row, of the larger of the two. */
export function writeUnits(before: Item | undefined, after: Item | undefined): number {
  const bytes = Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0);
  return Math.max(1, Math.ceil(bytes / unitBytes));
}
