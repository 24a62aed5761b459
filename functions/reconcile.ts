import { ItemsTable } from '../core/aws/items/table.ts';
import { reconcileContract } from '../core/contract/reconcile.ts';
import { serve } from '../core/lambda/serve.ts';
import { reconcile } from '../core/operations/items/reconcile.ts';

export const { create, handler } = serve(
  reconcileContract,
  { items: ItemsTable },
  async (service, { path, body }) => ({
    status: 200,
    json: await reconcile(service, { ...path, ...body }),
  }),
);
