import { shardOf } from '../../../../../core/aws/items/keys.ts';

/** Ids in the fixed order of the table: by partition, and by id in each. */
export function inTable(items: readonly string[]): string[] {
  const keyOf = (item: string) => `${String(shardOf(item)).padStart(2, '0')}#${item}`;
  return items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
