import type { Workflow } from '../../contract/workflow.ts';
import { workflowNotFound } from '../../model/workflow/known-workflow.ts';
import type { Ports } from '../../ports.ts';
import { isShown, workflowView } from './workflow-view.ts';

/** A workflow with its settings, counts and next check. Throws a 404 problem if there is none. */
export async function readWorkflow(
  { items, registry, clock }: Pick<Ports, 'items' | 'registry' | 'clock'>,
  { workflow }: { workflow: string },
): Promise<Workflow> {
  const record = await registry.readWorkflow(workflow);
  const view = record && (await workflowView({ items, clock }, record));
  if (record && view && isShown(record, view)) return view;
  throw workflowNotFound(workflow);
}
