import type { RegistryTable } from '../../aws/registry/workflows.ts';
import type { Workflow } from '../../contract/workflow.ts';
import { ProblemError } from '../../problem-error.ts';
import { isShown, type WorkflowViewService, workflowView } from './workflow-view.ts';

/** A workflow with its settings, counts and next check. Throws a 404 problem if there is none. */
export async function readWorkflow(
  { items, registry, clock }: WorkflowViewService & { registry: RegistryTable },
  { workflow }: { workflow: string },
): Promise<Workflow> {
  const record = await registry.readWorkflow(workflow);
  const view = record && (await workflowView({ items, clock }, record));
  if (record && view && isShown(record, view)) return view;
  throw workflowNotFound(workflow);
}

export function workflowNotFound(workflow: string): ProblemError {
  return new ProblemError('workflow-not-found', `there is no workflow "${workflow}"`);
}
