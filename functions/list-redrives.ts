import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { listRedrivesContract } from '../core/contract/redrive.ts';
import { serve } from '../core/lambda/serve.ts';
import { listRedrives } from '../core/operations/redrives/list-redrives.ts';

export const { create, handler } = serve(
  listRedrivesContract,
  { redrives: RedrivesTable },
  async (service, { path, query }) => ({
    status: 200,
    json: await listRedrives(service, { ...path, query }),
  }),
);
