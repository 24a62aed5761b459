import type { Workflow } from '../../contract/workflow.ts';
import { workflowNotFound } from '../../model/workflow/known-workflow.ts';
import type { Ports } from '../../ports.ts';
import { suggestTimeout } from './suggest-timeout.ts';
import { isShown, workflowView } from './workflow-view.ts';

/** A workflow with its settings, counts and next check. Throws a 404 problem if there is none. */
export async function readWorkflow(
  { items, registry, ...measured }: Pick<Ports, 'items' | 'registry' | 'statistics' | 'clock' | 'log'>,
  { workflow }: { workflow: string },
): Promise<Workflow> {
  const record = await registry.readWorkflow(workflow);
  if (!record) throw workflowNotFound(workflow);
  const [view, suggested] = await Promise.all([
    workflowView({ items, clock: measured.clock }, record),
    suggestTimeout(measured, workflow),
  ]);
  if (isShown(record, view)) return { ...view, ...suggested };
  throw workflowNotFound(workflow);
}
