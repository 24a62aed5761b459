import assert from 'node:assert/strict';
import { until } from '../until.ts';
import { isOf, type OpenDay } from './day.ts';
import { failing, overdue } from './trouble.ts';

/**
 * Two sweeps: the quiet time before a resolve, and the canary, which the first sweep registers for a minute. Twice that for
 * a busy machine.
 */
const twoSweepsMs = 360_000;

/** Once the work of both workflows is done and nothing more was reported, people are notified that it is over. */
export async function resolveIncidents({ client, inboxes }: OpenDay): Promise<string> {
  for (const { workflow } of [failing, overdue]) {
    const isOver = isOf('resolved', workflow);
    const resolved = await inboxes.people.first(`${workflow} is resolved`, twoSweepsMs, isOver);
    const incident = await client.incidents.get(resolved.incident);
    assert.equal(incident.state, 'resolved');
  }
  return `${failing.workflow} and ${overdue.workflow}, by the schedule of the sweep`;
}

/** Every health check, with a canary that went the whole way from Scheduler to check-timers. */
export async function checkHealth({ client }: OpenDay): Promise<string> {
  return until('every health check is ok, and a canary was found', twoSweepsMs, async () => {
    const { checks } = await client.health();
    const canary = checks.find(({ name }) => name === 'canary');
    // Before the first canary is due, the check is ok without one.
    if (canary?.at === undefined || checks.some(({ status }) => status !== 'ok')) return false;
    return `${checks.length} checks; the canary was found ${canary.delayMs} ms after its deadline`;
  });
}
