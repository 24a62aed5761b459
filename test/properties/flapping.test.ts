import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepOne } from '../support/sweep-one.ts';
import { type EmbeddedWarden, startWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
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

test('P6: people are told little of trouble that comes and goes every five minutes for hours, and of its end', async () => {
  const workflow = warden.newWorkflow();
  for (let round = 0; round < 14; round++) {
    await trouble(workflow);
    await minutes(workflow, 4);
  }
  await minutes(workflow, 20);
  const told = (await warden.notifications(workflow)).map(({ event, at }) => ({ event, at: Date.parse(at) }));
  const opened = told.filter(({ event }) => event === 'opened').length;
  // Three that end within the four minutes, and one that does not.
  expect(opened).toBe(4);
  expect(told.filter(({ event }) => event === 'resolved')).toHaveLength(opened);
  expect(told.at(-1)?.event).toBe('resolved');
  // After 1, 2, 4 … 60 minutes.
  expect(told.length).toBeLessThanOrEqual(2 * opened + 8);
});

test('P6: trouble that comes and goes within its quiet is told to nobody, however often it does', async () => {
  const workflow = warden.newWorkflow();
  const notifications = { quiet: { items: 1_000, for: 'PT10M' } };
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body: { notifications } });
  for (let round = 0; round < 9; round++) {
    await trouble(workflow);
    await minutes(workflow, 4);
  }
  expect(await warden.notifications(workflow)).toEqual([]);
});

test('P6: after an hour without trouble the next is told of as the first was, and its end comes as soon', async () => {
  const workflow = warden.newWorkflow();
  const events = async () => (await warden.notifications(workflow)).map(({ event }) => event);
  for (let round = 0; round < 2; round++) {
    await trouble(workflow);
    await minutes(workflow, 2);
    expect(await events()).toEqual(['opened', 'resolved']);
    await minutes(workflow, 60);
  }
});
