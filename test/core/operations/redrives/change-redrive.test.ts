import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  changeRedrive,
  failedItems,
  redriveOf,
  startRedrive,
  withoutWaiting,
} from '../../../support/redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

describe('change-redrive', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
    withoutWaiting(warden);
  });
  afterAll(() => warden.close());

  test('pauses, continues and aborts, and a repeat changes nothing', async () => {
    const workflow = await failedItems(warden, ['a']);
    const { id } = (await startRedrive(warden, workflow)).json;
    for (const [action, state] of [
      ['continue', 'running'],
      ['pause', 'paused'],
      ['pause', 'paused'],
      ['continue', 'running'],
      ['abort', 'aborted'],
    ] as const) {
      const { status, json } = await changeRedrive(warden, workflow, id, action);
      expect([status, json.state]).toEqual([200, state]);
    }
    const aborted = (await changeRedrive(warden, workflow, id, 'abort')).json;
    expect(aborted.endedAt).toBe(new Date(warden.clock.now()).toISOString());
    expect(await redriveOf(warden, workflow, id)).toMatchObject(aborted);
    warden.clock.advance(5_000);
    expect((await changeRedrive(warden, workflow, id, 'abort')).json).toEqual(aborted);
  });

  test('changes the rate, alone or with an action, and with it the estimated end', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c', 'd']);
    const { id } = (await startRedrive(warden, workflow, { rate: 1 })).json;
    const { redrives } = warden.aws.service;
    const seen = await redrives.read(workflow, id);
    if (seen) await redrives.replace(seen, { matched: 4 });
    const endsIn = ({ estimatedEnd }: { estimatedEnd: string }) =>
      Date.parse(estimatedEnd) - warden.clock.now();
    expect(endsIn(await redriveOf(warden, workflow, id))).toBe(4_000);
    for (const [change, state, rate] of [
      [{ rate: 4 }, 'running', 4],
      [{ rate: 4 }, 'running', 4],
      [{ action: 'pause', rate: 5 }, 'paused', 5],
      [{ rate: 2 }, 'paused', 2],
      [{ action: 'continue', rate: 8 }, 'running', 8],
      [{ action: 'continue', rate: 1_000 }, 'running', 1_000],
      [{ action: 'continue' }, 'running', 1_000],
    ] as const) {
      const { status, json } = await changeRedrive(warden, workflow, id, change);
      expect([change, status, json]).toMatchObject([change, 200, { state, rate }]);
      if (state === 'running') expect(endsIn(json)).toBe(4_000 / rate);
    }
    const abort = { action: 'abort', rate: 3 };
    const aborted = await changeRedrive(warden, workflow, id, abort);
    expect(aborted).toMatchObject({ status: 200, json: { state: 'aborted', rate: 3 } });
    expect(await changeRedrive(warden, workflow, id, abort)).toMatchObject({ status: 200 });
    const { entries } = (await warden.request('GET', `/v1/audit?workflow=${workflow}&limit=200`)).json;
    const actions = entries.map(({ action }: { action: string }) => action.slice('redrive-'.length));
    const changes = ['paused', 'continued', 'aborted', ...Array.from({ length: 6 }, () => 'rate-changed')];
    // An action with another rate is two changes.
    expect(actions.toSorted()).toEqual(['started', ...changes].toSorted());
  });

  test('without an action and a rate, or with an invalid one, is refused (P7)', async () => {
    const workflow = await failedItems(warden, ['a']);
    const { id } = (await startRedrive(warden, workflow)).json;
    for (const [change, path, message] of [
      [{}, '', 'an action (pause, continue or abort), a rate from 1 to 1000, or both; received neither'],
      [{ rate: 0 }, 'rate', 'must be at least 1'],
      [{ rate: 1_001 }, 'rate', 'must be at most 1000'],
      [{ rate: 1.5 }, 'rate', 'whole number'],
      [{ rate: null }, 'rate', 'number'],
      [{ action: 'stop', rate: 5 }, 'action', '"pause" or "continue" or "abort"'],
      [{ rate: 5, limit: 5 }, 'limit', 'unknown'],
    ] as const) {
      const { status, json } = await changeRedrive(warden, workflow, id, change);
      expect([change, status, json.errors]).toMatchObject([change, 400, [{ path }]]);
      expect(json.errors[0].message).toContain(message);
    }
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'running', rate: 10 });
  });

  test('of a redrive that has ended is a conflict', async () => {
    const workflow = await failedItems(warden, ['a']);
    const aborted = (await startRedrive(warden, workflow)).json.id;
    await changeRedrive(warden, workflow, aborted, 'abort');
    const done = (await startRedrive(warden, workflow)).json.id;
    await warden.functions.runRedrives();
    for (const [id, action] of [
      [aborted, 'continue'],
      [aborted, 'pause'],
      [done, 'abort'],
      [aborted, { rate: 5 }],
      [aborted, { rate: 10 }],
      [aborted, { action: 'abort', rate: 5 }],
      [done, { rate: 5 }],
      [done, { action: 'continue', rate: 10 }],
    ]) {
      const { status, json } = await changeRedrive(warden, workflow, id, action);
      expect([status, json.type]).toEqual([409, expect.stringContaining('redrive-over')]);
    }
  });

  test('finds only redrives of the workflow', async () => {
    const workflow = await failedItems(warden, ['a']);
    const { id } = (await startRedrive(warden, workflow)).json;
    for (const [name, redrive] of [
      [warden.newWorkflow(), id],
      [workflow, '0'.repeat(20)],
    ]) {
      const { status, json } = await changeRedrive(warden, name, redrive, 'abort');
      expect([status, json.type]).toEqual([404, expect.stringContaining('redrive-not-found')]);
    }
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'running' });
  });
});
