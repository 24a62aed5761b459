import { afterAll, beforeAll, expect, test } from 'vitest';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import { startWarden } from '../support/start-warden.ts';
import { sweepOne } from '../support/sweep-one.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
  knowEmptyQueues(warden);
});
afterAll(() => warden.close());

const minute = 60_000;

async function minutes(workflow: string, count: number): Promise<void> {
  for (let passed = 0; passed < count; passed++) {
    await warden.pass(minute);
    await sweepOne(warden, workflow);
  }
}

/** An item goes overdue and is completed late. */
async function trouble(workflow: string): Promise<void> {
  await warden.register(workflow, 'a', { timeout: 60 });
  await warden.pass(minute + 1_000);
  expect((await warden.complete(workflow, 'a')).json.outcome).toBe('late');
}

/* Whole days of this are in calm.test.ts. */
test('P6: people are notified seldom of trouble that comes and goes every five minutes, and of its end', async () => {
  const workflow = warden.newWorkflow();
  for (let round = 0; round < 6; round++) {
    await trouble(workflow);
    await minutes(workflow, 4);
  }
  await minutes(workflow, 20);
  const told = (await warden.notifications(workflow)).map(({ event, at }) => ({ event, at: Date.parse(at) }));
  const opened = told.filter(({ event }) => event === 'opened').length;
  // Three incidents that end within the four minutes, and one that does not.
  expect(opened).toBe(4);
  expect(told.filter(({ event }) => event === 'resolved')).toHaveLength(opened);
  expect(told.at(-1)?.event).toBe('resolved');
  // The updates of the last one after 1, 2, 4 … minutes.
  expect(told.length).toBeLessThanOrEqual(2 * opened + 4);
});
