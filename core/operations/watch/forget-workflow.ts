import { queuesOf } from '../../aws/items/queues.ts';
import { openStates } from '../../contract/item.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import { workflowForgottenMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';

/**
 * Deletes a workflow that was removed a day ago from the registry, if it has no items. By then no function has the
 * workflow in its cache, so the next registration enters it again before it writes its item; if that happens during
 * this call, the deletion is refused.
 */
export async function forgetWorkflow(
  { items, registry, clock }: Pick<Ports, 'items' | 'registry' | 'clock'>,
  record: WorkflowRecord,
): Promise<void> {
  if (!record.removed) return;
  if (record.removedAt === undefined) return registry.recordRemoval(record.name);
  if (clock.now() - Date.parse(record.removedAt) < workflowForgottenMs) return;
  const counts = await items.byTime.countAll(queuesOf(record.name, record), 1);
  if (openStates.every((state) => counts[state].count === 0)) await registry.forgetWorkflow(record);
}
