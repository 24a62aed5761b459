import { Statistics } from '../core/aws/registry/statistics.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { readStatisticsContract } from '../core/contract/statistics.ts';
import { serve } from '../core/lambda/serve.ts';
import { readStatistics } from '../core/operations/workflows/read-statistics.ts';

export const { create, handler } = serve(
  readStatisticsContract,
  { registry: RegistryTable, statistics: Statistics },
  async (service, { path, query }) => ({
    status: 200,
    json: await readStatistics(service, { ...path, query }),
  }),
);
