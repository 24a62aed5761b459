import { ItemsTable } from '../core/aws/items/table.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RegistrationCounts } from '../core/aws/registry/registration-counts.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { registerContract } from '../core/contract/registration.ts';
import { leastTimeoutSeconds, workflowLimit } from '../core/lambda/connect.ts';
import { serve } from '../core/lambda/serve.ts';
import { visibleTo } from '../core/lambda/visible-to.ts';
import { register } from '../core/operations/items/register.ts';

export const { create, handler } = serve(
  registerContract,
  {
    items: ItemsTable,
    registry: RegistryTable,
    incidents,
    outcomes: OutcomeTally,
    counts: RegistrationCounts,
    statistics: Statistics,
    timers: Timers,
    itemEvents: ItemEvents,
    leastTimeoutSeconds,
    workflowLimit,
  },
  async (service, { path, body, data, caller }) => {
    const reply = await register(service, { ...path, request: body, data });
    if (reply.outcome === 'created' || reply.outcome === 'restarted')
      service.log.metrics({ Registrations: 1 });
    const status = reply.outcome === 'created' ? 201 : 200;
    return {
      status,
      json: visibleTo(caller, reply),
      headers: { etag: `"${reply.attempt}"` },
      outcome: reply.outcome,
    };
  },
);
