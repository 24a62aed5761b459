import { ItemsTable } from '../core/aws/items/table.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { readRedriveContract } from '../core/contract/redrive.ts';
import { serve } from '../core/lambda/serve.ts';
import { readRedrive } from '../core/operations/redrives/read-redrive.ts';

export const { create, handler } = serve(
  readRedriveContract,
  { items: ItemsTable, redrives: RedrivesTable },
  async (service, { path }) => ({
    status: 200,
    json: await readRedrive(service, path),
  }),
);
