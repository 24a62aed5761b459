import { isDeepStrictEqual } from 'node:util';
import type { ItemsTable } from '../../aws/items/table.ts';
import type { Note } from '../../aws/registry/audit-log.ts';
import type { RegistryTable } from '../../aws/registry/workflows.ts';
import type { Clock } from '../../clock.ts';
import type { Workflow, WorkflowSettings } from '../../contract/workflow.ts';
import { deadlineOf } from '../../model/item/deadline.ts';
import { checkDurations } from '../../model/workflow/settings-durations.ts';
import { workflowView } from './workflow-view.ts';

export interface SaveWorkflowService {
  items: ItemsTable;
  registry: RegistryTable;
  clock: Clock;
  leastTimeoutSeconds: number;
}

/**
 * Sets all settings of a workflow; what is not given is unset, and a repeat changes nothing (P4). Throws a 422 problem
 * for durations out of range.
 */
export async function saveWorkflow(
  { items, registry, clock, leastTimeoutSeconds }: SaveWorkflowService,
  { workflow, settings, note }: { workflow: string; settings: WorkflowSettings; note: Note },
): Promise<{ created: boolean; workflow: Workflow }> {
  deadlineOf({ timeout: settings.timeout }, clock.now(), leastTimeoutSeconds);
  checkDurations(settings);
  const before = await registry.readWorkflow(workflow);
  if (before && !before.removed && isDeepStrictEqual(before.settings ?? {}, settings)) {
    return { created: false, workflow: await workflowView({ items, clock }, before) };
  }
  const sameExpectation = JSON.stringify(before?.settings?.expect) === JSON.stringify(settings.expect);
  await note({ action: 'settings-saved' });
  const record = await registry.saveWorkflow(workflow, { settings, sameExpectation });
  return {
    created: before === undefined || before.removed === true,
    workflow: await workflowView({ items, clock }, record),
  };
}
