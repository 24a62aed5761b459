import type { Note } from '../../aws/registry/audit-log.ts';
import type { Silence, SilenceRequest } from '../../contract/silence.ts';
import { workflowNotFound } from '../../model/workflow/known-workflow.ts';
import { runningSilence, silenceOf } from '../../model/workflow/silence.ts';
import type { Ports } from '../../ports.ts';

/**
 * Silences a workflow until the given time and replaces any other silence. Throws a 404 problem for an unknown workflow,
 * unless the request is to create it; a 422 problem for an end out of range.
 */
export async function silenceWorkflow(
  { registry, clock }: Pick<Ports, 'registry' | 'clock'>,
  { workflow, request, by, note }: { workflow: string; request: SilenceRequest; by: string; note: Note },
): Promise<Silence> {
  const now = clock.now();
  const record = await registry.readWorkflow(workflow);
  if ((!record || record.removed) && request.create !== true) throw workflowNotFound(workflow);
  const running = runningSilence(record?.silence, now);
  const silence = silenceOf(request, running, by, now);
  if (silence === running) return silence;
  await note({ action: 'silence-set' });
  await registry.saveWorkflow(workflow, { silence });
  return silence;
}
