import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { failedItems, redriveOf, startedRedrive, withoutWaiting } from '../../../support/redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
let workflow: string;
let id: string;
/** How long a count takes, in milliseconds. */
let tookMs: number;

beforeAll(async () => {
  warden = await startWarden();
  withoutWaiting(warden);
  const { items } = warden.aws.service;
  const readMany = items.readMany;
  items.readMany = function (this: typeof items, ...args: Parameters<typeof readMany>) {
    warden.clock.advance(tookMs);
    return readMany.apply(this, args);
  } as typeof readMany;
});
afterAll(() => warden.close());

beforeEach(async () => {
  tookMs = 0;
  workflow = await failedItems(warden, ['a', 'b']);
  id = await startedRedrive(warden, workflow);
  await warden.functions.runRedrives();
});

const completed = async () => (await redriveOf(warden, workflow, id)).completed;

test.each([
  ['is not shown again if it took no time', 0, 0],
  ['is not shown again if it took less than 0.1 s', 99, 0],
  ['is shown again for ten times as long as it took', 1_000, 10_000],
  ['is shown again for half a minute at most', 14_000, 30_000],
])('a count %s', async (_, countMs, shownMs) => {
  tookMs = countMs;
  expect(await completed()).toBe(0);
  tookMs = 0;
  await warden.complete(workflow, 'a');
  if (shownMs > 0) {
    warden.clock.advance(shownMs - 1);
    expect(await completed()).toBe(0);
    warden.clock.advance(1);
  }
  expect(await completed()).toBe(1);
});

test('a count from before the end of a redrive is not shown after it', async () => {
  tookMs = 1_000;
  const { redrives } = warden.aws.service;
  const ended = await redrives.read(workflow, id);
  if (ended) await redrives.replace(ended, { state: 'running' });
  expect(await completed()).toBe(0);
  await warden.complete(workflow, 'a');
  expect(await completed()).toBe(0);
  const running = await redrives.read(workflow, id);
  if (running) await redrives.replace(running, { state: 'done' });
  expect(await completed()).toBe(1);
});

test('callers at the same time share a count, and none shares that of another redrive', async () => {
  tookMs = 1_000;
  const other = await failedItems(warden, ['a', 'b', 'c']);
  const otherId = await startedRedrive(warden, other);
  await warden.functions.runRedrives();
  const before = warden.clock.now();
  const [first, second, third] = await Promise.all([
    redriveOf(warden, workflow, id),
    redriveOf(warden, workflow, id),
    redriveOf(warden, other, otherId),
  ]);
  expect([first.outstanding, second.outstanding, third.outstanding]).toEqual([2, 2, 3]);
  expect(warden.clock.now() - before).toBe(2_000);
});

test('a count that failed is made again', async () => {
  const { redrives } = warden.aws.service;
  const resumed = redrives.resumed;
  redrives.resumed = () => {
    throw new Error('throttled');
  };
  const { status } = await warden.request('GET', `/v1/workflows/${workflow}/redrives/${id}`);
  redrives.resumed = resumed;
  expect(status).toBe(500);
  expect(await completed()).toBe(0);
});

test('no count is shown again after the clock was set back', async () => {
  tookMs = 1_000;
  expect(await completed()).toBe(0);
  tookMs = 0;
  await warden.complete(workflow, 'a');
  warden.clock.set(warden.clock.now() - 3_600_000);
  expect(await completed()).toBe(1);
  warden.clock.advance(3_600_000);
});

test('a count says how many items it covers if more are resumed since', async () => {
  tookMs = 1_000;
  expect((await redriveOf(warden, workflow, id)).counted).toBeUndefined();
  tookMs = 0;
  const { redrives } = warden.aws.service;
  const seen = await redrives.read(workflow, id);
  if (seen) await redrives.replace(seen, { resumed: 3 });
  expect(await redriveOf(warden, workflow, id)).toMatchObject({ resumed: 3, outstanding: 2, counted: 2 });
});
