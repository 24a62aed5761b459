import type { SuggestedTimeout } from '../../contract/workflow.ts';
import { errorFields } from '../../log.ts';
import { beginOf, periodMs, sumOf } from '../../model/workflow/statistics.ts';
import { suggestedTimeout, suggestionDays } from '../../model/workflow/suggested-timeout.ts';
import type { Ports } from '../../ports.ts';

/**
 * A timeout that fits the durations of attempts in the past days, for the reply. Empty if there is none or if the
 * statistics cannot be read.
 */
export async function suggestTimeout(
  { statistics, clock, log }: Pick<Ports, 'statistics' | 'clock' | 'log'>,
  workflow: string,
): Promise<{ suggestedTimeout?: SuggestedTimeout }> {
  const to = clock.now();
  const from = beginOf(to - (suggestionDays - 1) * periodMs.day, 'day');
  const read = await statistics.read(workflow, 'day', { from, to }).catch((error: Error) => {
    log.error('statistics cannot be read', { workflow, ...errorFields(error) });
    return [];
  });
  const periods = read.flatMap((period) => ('error' in period ? [] : [period]));
  const found = suggestedTimeout(sumOf(periods).durations);
  return found ? { suggestedTimeout: found } : {};
}
