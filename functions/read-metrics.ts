import { ItemsTable } from '../core/aws/items/table.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { readMetricsContract } from '../core/contract/metrics.ts';
import { serve } from '../core/lambda/serve.ts';
import { readMetrics } from '../core/operations/workflows/read-metrics.ts';

export const { create, handler } = serve(
  readMetricsContract,
  { items: ItemsTable, registry: RegistryTable, incidents, statistics: Statistics, state: WardenState },
  async (service, { caller }) => ({
    status: 200,
    text: await readMetrics(service, caller.visible),
  }),
);
