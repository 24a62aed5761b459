import { ItemsTable } from '../core/aws/items/table.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { completeContract } from '../core/contract/item.ts';
import { serve } from '../core/lambda/serve.ts';
import { complete } from '../core/operations/items/complete.ts';

export const { create, handler } = serve(
  completeContract,
  {
    items: ItemsTable,
    registry: RegistryTable,
    statistics: Statistics,
    incidents,
    outcomes: OutcomeTally,
    timers: Timers,
    itemEvents: ItemEvents,
  },
  async (service, { path, query, attempt }) => {
    const reply = await complete(service, { ...path, only: { attempt, run: query.run } });
    service.log.metrics({ Completions: 1, ...(reply.outcome === 'late' && { CompletedLate: 1 }) });
    return { status: 200, json: reply, outcome: reply.outcome };
  },
);
