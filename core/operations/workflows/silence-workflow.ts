import type { Note } from '../../aws/registry/audit-log.ts';
import type { Silence, SilenceRequest } from '../../contract/silence.ts';
import { runningSilence, silenceOf } from '../../model/workflow/silence.ts';
import type { Ports } from '../../ports.ts';

/**
 * Silences a workflow until the given time and replaces any other silence; creates the workflow if there is none.
 * Throws a 422 problem for an end out of range.
 */
export async function silenceWorkflow(
  { registry, clock }: Pick<Ports, 'registry' | 'clock'>,
  { workflow, request, by, note }: { workflow: string; request: SilenceRequest; by: string; note: Note },
): Promise<Silence> {
  const now = clock.now();
  const record = await registry.readWorkflow(workflow);
  const running = runningSilence(record?.silence, now);
  const silence = silenceOf(request, running, by, now);
  if (silence === running) return silence;
  await note({ action: 'silence-set' });
  await registry.saveWorkflow(workflow, { silence });
  return silence;
}
