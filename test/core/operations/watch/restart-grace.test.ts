import { expect, onTestFinished, test } from 'vitest';
import { noteRestart } from '../../../../core/operations/watch/restart-grace.ts';
import { type MemoryWarden, startMemoryWarden } from '../../../support/start-warden.ts';

const second = 1_000;

/** A warden that has swept a moment ago, with an item that is due in 10 s. */
async function waiting(): Promise<{ warden: MemoryWarden; workflow: string }> {
  const warden = await startMemoryWarden();
  onTestFinished(() => warden.close());
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'a', { timeout: 10 });
  await warden.sweep();
  return { warden, workflow };
}

/** The warden is down, and starts again as a process does. */
async function isDown(warden: MemoryWarden, ms: number): Promise<void> {
  warden.clock.advance(ms);
  await noteRestart(warden.aws.service);
  await warden.sweep();
  await warden.pass(0);
}

test('an item that was due while the warden was down may be completed for as long again (P2, P1)', async () => {
  const { warden, workflow } = await waiting();
  await warden.register(workflow, 'lost', { timeout: 20 });
  await isDown(warden, 30 * second);
  await warden.pass(29 * second);
  expect(await warden.events(workflow)).toEqual([]);
  expect((await warden.complete(workflow, 'a')).status).toBe(200);
  await warden.pass(second);
  expect(await warden.events(workflow)).toMatchObject([{ event: 'item.overdue', item: 'lost' }]);
});

test('callers have what is left of that time if the warden is down again before they have come back (P2, P1)', async () => {
  const { warden, workflow } = await waiting();
  await isDown(warden, 30 * second);
  await warden.pass(10 * second);
  await warden.sweep();
  await isDown(warden, 2 * second);
  await isDown(warden, 3 * second);
  await warden.pass(19 * second);
  expect(await warden.events(workflow)).toEqual([]);
  await warden.pass(2 * second);
  expect(await warden.events(workflow)).toMatchObject([{ event: 'item.overdue' }]);
});

test('what was due in the second stop may be completed for as long as that one was (P2, P1)', async () => {
  const { warden, workflow } = await waiting();
  await isDown(warden, 5 * second);
  await isDown(warden, 40 * second);
  await warden.pass(39 * second);
  expect(await warden.events(workflow)).toEqual([]);
  await warden.pass(second);
  expect(await warden.events(workflow)).toMatchObject([{ event: 'item.overdue' }]);
});

test('a warden that goes down again and again reports after five minutes and a grace period (P1)', async () => {
  const { warden, workflow } = await waiting();
  for (let downMs = 0; downMs <= (300 + 120) * second; downMs += 10 * second)
    await isDown(warden, 10 * second);
  expect(await warden.events(workflow)).toMatchObject([{ event: 'item.overdue' }]);
});
