import { ItemsTable } from '../core/aws/items/table.ts';
import { readContract } from '../core/contract/item.ts';
import { serve } from '../core/lambda/serve.ts';
import { read } from '../core/operations/items/read.ts';

export const { create, handler } = serve(readContract, { items: ItemsTable }, async (service, { path }) => {
  const { attempt, json } = await read(service, path);
  return { status: 200, json, headers: { etag: `"${attempt}"` } };
});
