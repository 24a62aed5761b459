import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { FakeLightning } from '../../../examples/openfn/fake-lightning.ts';
import { pass, type Watcher } from '../../../examples/openfn/watcher.ts';
import { WardenClient } from '../../../examples/support/warden-client.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';

/* The watcher of OpenFn's work orders, against a fake of Lightning and the real service. Time is moved by hand. */

const minute = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'warden-openfn-'));
let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(async () => {
  await warden.close();
  rmSync(folder, { recursive: true });
});

let openfn: FakeLightning;
let workflow = '';
let watcher: Watcher;
beforeEach(async () => {
  openfn = await new FakeLightning(() => warden.clock.now()).listen();
  onTestFinished(() => openfn.close());
  workflow = warden.newWorkflow();
  watcher = {
    openfn: { url: openfn.url, token: openfn.token },
    items: new WardenClient(warden.url, workflow),
    passes: new WardenClient(warden.url, `${workflow}-watcher`),
    cursorFile: join(folder, `${workflow}.json`),
    timeoutMs: 60 * minute,
    now: () => warden.clock.now(),
  };
});

const read = async (id: string) => (await warden.read(workflow, id)).json;
const stateOf = async (id: string) => (await read(id)).state;

test('an open work order is watched, and one that ends is completed or failed with its state', async () => {
  const [a, b, c] = [openfn.add(), openfn.add('running'), openfn.add()];
  expect(await pass(watcher)).toEqual({ changed: 3, operations: 4 });
  expect(await read(b)).toMatchObject({
    state: 'waiting',
    step: 'running',
    data: { workOrder: expect.stringContaining(b) },
  });
  await warden.pass(minute);
  openfn.change(a, 'success');
  openfn.change(b, 'crashed');
  await pass(watcher);
  expect([await stateOf(a), await stateOf(c)]).toEqual(['completed', 'waiting']);
  expect(await read(b)).toMatchObject({ state: 'failed', failure: { type: 'crashed' } });
  expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened' }]);
});

test.each(['failed', 'crashed', 'killed', 'exception', 'cancelled', 'lost', 'rejected'])(
  'a work order that is %s before the first pass that sees it is reported',
  async (state) => {
    const id = openfn.add();
    openfn.change(id, state);
    await pass(watcher);
    expect(await read(id)).toMatchObject({ state: 'failed', failure: { type: state } });
  },
);

test('a state that the watcher does not know is watched until the deadline', async () => {
  const id = openfn.add('paused');
  await pass(watcher);
  await warden.pass(60 * minute + 1_000);
  expect(await stateOf(id)).toBe('overdue');
});

test('a run that OpenFn has lost is overdue an hour after its creation, and stays so while OpenFn says running', async () => {
  const id = openfn.add();
  await pass(watcher);
  await warden.pass(30 * minute);
  openfn.change(id, 'running');
  await pass(watcher);
  await warden.pass(30 * minute + 1_000);
  expect(await stateOf(id)).toBe('overdue');
  // A late change of state is not a new attempt, which would end the alert.
  openfn.change(id, 'running');
  await pass(watcher);
  expect(await read(id)).toMatchObject({ state: 'overdue', attempt: 1 });
});

test('a retry in OpenFn is the next attempt, and its success ends the matter', async () => {
  const id = openfn.add();
  openfn.change(id, 'failed');
  await pass(watcher);
  openfn.change(id, 'pending');
  await pass(watcher);
  expect(await read(id)).toMatchObject({ state: 'waiting', attempt: 2 });
  openfn.change(id, 'success');
  await pass(watcher);
  expect(await stateOf(id)).toBe('completed');
});

test('a failed work order that was retried and succeeded between two passes is completed', async () => {
  const id = openfn.add();
  openfn.change(id, 'failed');
  await pass(watcher);
  openfn.change(id, 'success');
  await pass(watcher);
  expect(await stateOf(id)).toBe('completed');
});

test('a change that appears a minute after newer ones is found', async () => {
  const id = openfn.add();
  const late = openfn.workOrders.get(id);
  openfn.workOrders.delete(id);
  await warden.pass(minute);
  openfn.add();
  await pass(watcher);
  if (late) openfn.workOrders.set(id, late);
  await pass(watcher);
  expect(await stateOf(id)).toBe('waiting');
});

test('a change of state without a change of updated_at is found', async () => {
  const id = openfn.add();
  await pass(watcher);
  // Long after the overlap: `updated_at` is hours old.
  for (let hours = 0; hours < 3; hours++) {
    await warden.pass(10 * minute);
    openfn.add('success');
    await pass(watcher);
  }
  openfn.change(id, 'success');
  await pass(watcher);
  expect(await stateOf(id)).toBe('completed');
});

test('a pass without changes sends nothing about work orders', async () => {
  openfn.add();
  await pass(watcher);
  expect(await pass(watcher)).toEqual({ changed: 0, operations: 0 });
});

test('an item that somebody has discarded is not reported again', async () => {
  const id = openfn.add();
  openfn.change(id, 'failed');
  await pass(watcher);
  const discard = `/v1/workflows/${workflow}/discards`;
  const { token } = (await warden.request('POST', discard, { body: { dryRun: true } })).json;
  await warden.request('POST', discard, { body: { token } });
  await warden.functions.runRedrives();
  await pass(watcher);
  expect(await stateOf(id)).toBeUndefined();
});

test('pages are read until a change is older than the overlap; what moves between two pages is found', async () => {
  const ids = Array.from({ length: 250 }, () => openfn.add());
  await pass(watcher);
  expect(openfn.pagesRead).toBe(3);
  expect((await watcher.items.counts()).waiting).toBe(250);

  await warden.pass(10 * minute);
  openfn.add('success');
  await pass(watcher);
  await warden.pass(10 * minute);
  for (const id of ids.slice(0, 150)) openfn.change(id, 'success');
  openfn.pagesRead = 0;
  openfn.beforePage = (page) => {
    if (page === 2) openfn.change(ids[0] ?? '', 'success');
    if (page === 2) openfn.change(ids[200] ?? '', 'failed');
  };
  await pass(watcher);
  openfn.beforePage = () => {};
  expect(openfn.pagesRead).toBe(2);
  await pass(watcher);
  expect(await watcher.items.counts()).toMatchObject({ waiting: 99, failed: 1 });
});

test('a list in another order is refused, because changes would be missed', async () => {
  const old = openfn.add();
  await warden.pass(minute);
  openfn.add();
  openfn.isAscending = true;
  await expect(pass(watcher)).rejects.toThrow('does not list work orders by their last activity');
  expect(await stateOf(old)).toBeUndefined();
});

test.each([
  [
    'OpenFn answers 500',
    () => {
      openfn.answersWith = 500;
    },
    'OpenFn answered 500',
  ],
  [
    'the token is refused',
    () => {
      watcher.openfn = { ...watcher.openfn, token: 'x' };
    },
    'OpenFn answered 401',
  ],
  ['OpenFn cannot be reached', () => openfn.close(), 'fetch failed'],
])('when %s, the pass fails and says so', async (_, spoil, message) => {
  spoil();
  await expect(pass(watcher)).rejects.toThrow(message);
});

test('the cursor stays behind what the warden has not accepted, whichever call fails', async () => {
  const order = openfn.add();
  const failed = openfn.add('failed');
  const real = { items: watcher.items, passes: watcher.passes };
  const away = new WardenClient('http://127.0.0.1:9', workflow);
  for (const broken of [
    { ...watcher, items: away },
    {
      ...watcher,
      items: Object.assign(Object.create(real.items), {
        tryBatch: away.tryBatch.bind(away),
        reconcile: real.items.reconcile.bind(real.items),
      }),
    },
  ]) {
    await expect(pass(broken)).rejects.toThrow('fetch failed');
    expect(() => statSync(watcher.cursorFile)).toThrow('ENOENT');
  }
  // Killed after the batch and before the cursor: everything is told again, and nothing happens twice.
  await pass(watcher);
  rmSync(watcher.cursorFile);
  expect(await pass(watcher)).toMatchObject({ changed: 2, operations: 0 });
  expect(await read(order)).toMatchObject({ state: 'waiting', attempt: 1 });
  expect(await read(failed)).toMatchObject({ state: 'failed', attempt: 1 });
  expect(await warden.notifications(workflow)).toHaveLength(1);
});

test('an operation that the warden refuses stops no other and is not forgotten', async () => {
  const [bad, good] = [openfn.add(), openfn.add()];
  const { items } = watcher;
  const refusing = Object.assign(Object.create(items), {
    reconcile: items.reconcile.bind(items),
    tryBatch: async (operations: { item: string }[]) => {
      const rest = operations.filter(({ item }) => item !== bad);
      return [...(await items.tryBatch(rest)), { status: 500 }];
    },
  });
  await expect(pass({ ...watcher, items: refusing })).rejects.toThrow('the warden refused 1 operations');
  expect(await stateOf(good)).toBe('waiting');
  await pass(watcher);
  expect(await stateOf(bad)).toBe('waiting');
});

test('a damaged cursor file is refused with what to do', async () => {
  writeFileSync(watcher.cursorFile, '{"lastActivity": 1');
  await expect(pass(watcher)).rejects.toThrow('is damaged. Without the file, the watcher begins');
});

test('the cursor file is readable by its owner alone and does not grow', async () => {
  for (let n = 0; n < 30; n++) {
    openfn.add('success');
    await warden.pass(minute);
    await pass(watcher);
  }
  expect(statSync(watcher.cursorFile).mode & 0o777).toBe(0o600);
  expect(Object.keys(JSON.parse(readFileSync(watcher.cursorFile, 'utf8')).handled).length).toBeLessThan(5);
});
