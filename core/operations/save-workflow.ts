import type { ItemsTable } from '../aws/items-table.ts';
import type { RegistryTable } from '../aws/registry-table.ts';
import type { Clock } from '../clock.ts';
import type { Workflow, WorkflowSettings } from '../contract/workflow.ts';
import { deadlineOf } from '../rules/deadline.ts';
import { checkDurations } from '../rules/settings-durations.ts';
import { workflowView } from './workflow-view.ts';

export interface SaveWorkflowService {
  items: ItemsTable;
  registry: RegistryTable;
  clock: Clock;
  leastTimeoutSeconds: number;
}

/** Sets all settings of a workflow; what is not given is unset. Throws a 422 problem for durations out of range. */
export async function saveWorkflow(
  { items, registry, clock, leastTimeoutSeconds }: SaveWorkflowService,
  { workflow, settings }: { workflow: string; settings: WorkflowSettings },
): Promise<{ created: boolean; workflow: Workflow }> {
  deadlineOf({ timeout: settings.timeout }, clock.now(), leastTimeoutSeconds);
  checkDurations(settings);
  const before = await registry.readWorkflow(workflow);
  const sameExpectation = JSON.stringify(before?.settings?.expect) === JSON.stringify(settings.expect);
  const record = await registry.saveWorkflow(workflow, { settings, sameExpectation });
  return {
    created: before === undefined || before.removed === true,
    workflow: await workflowView({ items, clock }, record),
  };
}
