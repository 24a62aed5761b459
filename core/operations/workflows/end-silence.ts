import type { Note } from '../../aws/registry/audit-log.ts';
import { workflowNotFound } from '../../model/workflow/known-workflow.ts';
import { runningSilence } from '../../model/workflow/silence.ts';
import type { Ports } from '../../ports.ts';

/** Ends the silence of a workflow now; a repeat changes nothing (P4). Throws a 404 problem for an unknown workflow. */
export async function endSilence(
  { registry, clock }: Pick<Ports, 'registry' | 'clock'>,
  { workflow, note }: { workflow: string; note: Note },
): Promise<void> {
  const record = await registry.readWorkflow(workflow);
  if (!record || record.removed) throw workflowNotFound(workflow);
  if (!runningSilence(record.silence, clock.now())) return;
  await note({ action: 'silence-ended' });
  if (!(await registry.endSilence(workflow))) throw workflowNotFound(workflow);
}
