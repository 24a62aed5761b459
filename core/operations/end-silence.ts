import type { RegistryTable } from '../aws/registry-table.ts';
import { workflowNotFound } from './read-workflow.ts';

/** Ends the silence of a workflow now; a repeat changes nothing (P4). Throws a 404 problem for an unknown workflow. */
export async function endSilence(
  { registry }: { registry: RegistryTable },
  { workflow }: { workflow: string },
): Promise<void> {
  if (!(await registry.endSilence(workflow))) throw workflowNotFound(workflow);
}
