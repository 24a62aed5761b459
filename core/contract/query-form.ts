/** The query parameter that has the path parameter `item` in the query form (docs/adr/0020). */
export const itemParameter = 'id';

/** The path of an item's operations in the query form, which carries every id. */
export function itemPath(workflow: string, item: string): string {
  return `/v1/workflows/${encodeURIComponent(workflow)}/item?${itemParameter}=${encodeURIComponent(item.toWellFormed())}`;
}
