import { afterAll, beforeAll, expect, test } from 'vitest';
import { instant } from '../../core/contract/time.ts';
import { Faults } from '../support/faults.ts';
import { itemRecord } from '../support/item-record.ts';
import { markersOf, redriveOf, redrivesOf, startRedrive, withoutWaiting } from '../support/redrives.ts';
import type { Reply } from '../support/request-in-process.ts';
import { startWarden } from '../support/start-warden.ts';
import { tried } from '../support/tried-faults.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let faults: Faults;
beforeAll(async () => {
  warden = await startWarden();
  withoutWaiting(warden);
  faults = new Faults(warden);
});
afterAll(() => warden.close());

type Mode = 'stop after' | 'lost reply' | 'refusal';
interface Fault {
  at: number;
  mode: Mode;
}

/** The milliseconds after which another runner continues. */
const leaseMs = 30_000;
const items = ['a', 'b', 'c'];
const run = () => warden.functions.runRedrives();
const startDiscard = (workflow: string, body: object) =>
  warden.request('POST', `/v1/workflows/${workflow}/discards`, { body });

/** Items that have failed and were reported, as records: they are not registered one by one. */
async function breachedItems(): Promise<string> {
  const workflow = warden.newWorkflow();
  const now = warden.clock.now();
  const records = items.map((item, index) => {
    const registeredAt = instant(now - 10_000 + index);
    const times = {
      registeredAt,
      startedAt: registeredAt,
      updatedAt: registeredAt,
      reportedAt: instant(now),
    };
    const deadline = instant(now + 86_400_000);
    const failure = { at: instant(now - 1_000), reason: 'disk full' };
    const timer = 'shared.1';
    return itemRecord({
      workflow,
      item,
      timer,
      state: 'failed',
      ...times,
      deadline,
      failure,
      incident: workflow,
    });
  });
  await warden.aws.service.registry.ensureWorkflow(workflow);
  await Promise.all(records.map((record) => warden.aws.service.items.insert(record)));
  return workflow;
}

/** Does the work with a fault, and returns the calls that it made. */
async function faulty(work: () => Promise<unknown>, { at, mode }: Fault): Promise<string[]> {
  faults.revive();
  if (mode === 'lost reply') faults.loseReplyAt(at);
  else if (mode === 'refusal') faults.refuseAt(at);
  else faults.crashAt(at, 'after');
  await work().catch(() => {});
  const { calls } = faults;
  faults.revive();
  return calls;
}

/**
 * Every fault at every call, except those with the same effect: a stop before a call is a stop after the one before it,
 * and a read has no effect, so only its failure matters.
 */
function faultsOf(calls: readonly string[]): Fault[] {
  return [...calls.entries()].flatMap(([at, name]) => {
    // Eight shards are read at once, by equal queries.
    if (name === 'QueryCommand' && calls[at - 1] === name) return [];
    const reads = name === 'GetItemCommand' || name === 'QueryCommand';
    const modes: Mode[] = reads ? ['refusal'] : ['stop after', 'lost reply', 'refusal'];
    return modes.map((mode) => ({ at, mode }));
  });
}

async function runToItsEnd(workflow: string, id: string): Promise<Reply['json']> {
  for (let runs = 0; runs < 3; runs++) {
    warden.clock.advance(leaseMs + 1_000);
    await run();
    const redrive = await redriveOf(warden, workflow, id);
    if (redrive.state === 'done') {
      if ((await markersOf(warden, workflow)).length === 0) return redrive;
    }
  }
  throw new Error('it does not come to its end');
}

test('a redrive resumes every item and counts it once, whichever call fails or ends its runner', async () => {
  const resume = async (fault: Fault) => {
    const workflow = await breachedItems();
    const { id } = (await startRedrive(warden, workflow, { rate: 2, state: 'failed' })).json;
    const calls = await faulty(run, fault);
    const redrive = await runToItsEnd(workflow, id);
    const failed = redrive.errors.map(({ item }: { item: string }) => item);
    if (fault.mode !== 'refusal') expect(failed).toEqual([]);
    expect([fault, redrive]).toMatchObject([
      fault,
      {
        matched: items.length,
        resumed: items.length - failed.length,
        skipped: 0,
        failed: failed.length,
        remaining: 0,
        outstanding: items.length - failed.length,
      },
    ]);
    const messages = Map.groupBy(await warden.redriven(workflow), ({ item }) => item);
    for (const item of items) {
      const ids = new Set(messages.get(item)?.map((message) => message.id));
      const record = await warden.aws.service.items.readOpen(workflow, item);
      const { state, attempt } = record ?? {};
      if (!failed.includes(item)) {
        expect([fault, item, ids.size, state, attempt]).toEqual([fault, item, 1, 'waiting', 2]);
      }
    }
    return calls;
  };
  const calls = await resume({ at: -1, mode: 'refusal' });
  // The second page is like the first, whose last calls are its count in the incident and in the redrive.
  const first = calls.indexOf('UpdateItemCommand') + 1;
  for (const fault of tried(faultsOf(calls))) {
    if (fault.at <= first || fault.mode === 'stop after') await resume(fault);
  }
});

test('a redrive with a limit resumes the first items and no others, whichever call fails or ends its runner', async () => {
  for (const { limit, rate } of [
    { limit: 2, rate: 1 },
    { limit: 4, rate: 2 },
  ]) {
    const first = items.slice(0, limit);
    const resume = async (fault: Fault) => {
      const workflow = await breachedItems();
      const { id } = (await startRedrive(warden, workflow, { rate, limit })).json;
      const calls = await faulty(run, fault);
      const redrive = await runToItsEnd(workflow, id);
      const failed = redrive.errors.map(({ item }: { item: string }) => item);
      if (fault.mode !== 'refusal') expect([fault, failed]).toEqual([fault, []]);
      expect([fault, redrive]).toMatchObject([
        fault,
        { limit, matched: first.length, resumed: first.length - failed.length, skipped: 0, remaining: 0 },
      ]);
      const messages = new Set((await warden.redriven(workflow)).map(({ item }) => item));
      const found: string[] = [];
      for (const item of items) {
        const record = await warden.aws.service.items.read(workflow, item);
        if (record?.attempt === 2) found.push(item);
        else if (failed.includes(item)) messages.delete(item);
      }
      const resumed = first.filter((item) => !failed.includes(item));
      expect([fault, limit, [...messages].toSorted()]).toEqual([fault, limit, resumed]);
      expect([fault, limit, found.filter((item) => !failed.includes(item))]).toEqual([fault, limit, resumed]);
      return calls;
    };
    const calls = await resume({ at: -1, mode: 'refusal' });
    for (const fault of tried(faultsOf(calls))) await resume(fault);
  }
});

test('a discard removes every item and counts it once, whichever call fails or ends its runner', async () => {
  const remove = async (fault: Fault) => {
    const workflow = await breachedItems();
    const { token } = (await startDiscard(workflow, { dryRun: true, state: 'failed' })).json;
    await startDiscard(workflow, { token });
    const calls = await faulty(run, fault);
    const redrive = await runToItsEnd(workflow, token);
    const failed = redrive.errors.map(({ item }: { item: string }) => item);
    if (fault.mode !== 'refusal') expect(failed).toEqual([]);
    expect([fault, redrive]).toMatchObject([
      fault,
      { matched: items.length, discarded: items.length - failed.length, skipped: 0, failed: failed.length },
    ]);
    for (const item of items) {
      const record = await warden.aws.service.items.readOpen(workflow, item);
      expect([fault, item, record?.state]).toEqual([
        fault,
        item,
        failed.includes(item) ? 'failed' : undefined,
      ]);
    }
    return calls;
  };
  for (const fault of tried(faultsOf(await remove({ at: -1, mode: 'refusal' })))) await remove(fault);
});

test('a redrive whose start fails or ends at any call runs to its end or leaves nothing', async () => {
  const start = async (fault: Fault) => {
    const workflow = await breachedItems();
    const calls = await faulty(() => startRedrive(warden, workflow), fault);
    warden.clock.advance(301_000);
    await run();
    expect([fault, await markersOf(warden, workflow)]).toEqual([fault, []]);
    const { redrives } = (await warden.request('GET', redrivesOf(workflow))).json;
    const states = redrives.map(({ state }: { state: string }) => state);
    expect([['done'], []]).toContainEqual(states);
    const attempt = states.length === 1 ? 2 : 1;
    expect((await warden.read(workflow, 'c')).json).toMatchObject({ attempt });
    return calls;
  };
  for (const fault of tried(faultsOf(await start({ at: -1, mode: 'refusal' })))) await start(fault);
});

test('a discard is started by sending its token again, whichever call failed or ended its start', async () => {
  const start = async (fault: Fault) => {
    const workflow = await breachedItems();
    const { token } = (await startDiscard(workflow, { dryRun: true })).json;
    const calls = await faulty(() => startDiscard(workflow, { token }), fault);
    warden.clock.advance(301_000);
    await run();
    expect((await startDiscard(workflow, { token })).status).toBe(202);
    expect([fault, await runToItsEnd(workflow, token)]).toMatchObject([
      fault,
      { matched: items.length, discarded: items.length },
    ]);
    return calls;
  };
  for (const fault of tried(faultsOf(await start({ at: -1, mode: 'refusal' })))) await start(fault);
});
