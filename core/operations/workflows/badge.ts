import type { WorkflowCounts } from '../../contract/workflow.ts';
import type { Ports } from '../../ports.ts';
import { isShown, workflowView } from './workflow-view.ts';

/**
 * The counts for the badge of a workflow. Undefined if there is no such workflow or its badge is not switched on: the
 * reply must not reveal which, not even by its duration, so the settings are read each time.
 */
export async function badge(
  service: Pick<Ports, 'items' | 'registry' | 'clock'>,
  workflow: string,
): Promise<WorkflowCounts | undefined> {
  const record = await service.registry.readWorkflow(workflow);
  if (record?.settings?.badge !== true) return undefined;
  const view = await workflowView(service, record);
  return isShown(record, view) ? view.counts : undefined;
}
