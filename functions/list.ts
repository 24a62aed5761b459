import { ItemsTable } from '../core/aws/items/table.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { listContract } from '../core/contract/item-list.ts';
import { serve } from '../core/lambda/serve.ts';
import { exportItems } from '../core/operations/items/export.ts';
import { list } from '../core/operations/items/list.ts';

export const { create, handler } = serve(
  listContract,
  { items: ItemsTable, registry: RegistryTable },
  async (service, { path, query }, { rawQueryString }) => {
    if (query.format !== 'jsonl') return { status: 200, json: await list(service, { ...path, query }) };
    const { lines, cursor } = await exportItems(service, { ...path, query });
    const next = cursor !== undefined && { link: `<?${withCursor(rawQueryString, cursor)}>; rel="next"` };
    return { status: 200, lines, headers: { ...next } };
  },
);

function withCursor(rawQueryString: string, cursor: string): string {
  const query = new URLSearchParams(rawQueryString);
  query.set('cursor', cursor);
  return query.toString();
}
