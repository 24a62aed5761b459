import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  changeRedrive,
  failedItems,
  redriveOf,
  startRedrive,
  withoutWaiting,
} from '../../../support/redrives.ts';
import { type EmbeddedWarden, startWarden } from '../../../support/warden.ts';

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
    const aborted = await redriveOf(warden, workflow, id);
    expect(aborted.endedAt).toBe(new Date(warden.clock.now()).toISOString());
    warden.clock.advance(5_000);
    expect((await changeRedrive(warden, workflow, id, 'abort')).json).toEqual(aborted);
  });

  test('of one that is at its end is a conflict', async () => {
    const workflow = await failedItems(warden, ['a']);
    const aborted = (await startRedrive(warden, workflow)).json.id;
    await changeRedrive(warden, workflow, aborted, 'abort');
    const done = (await startRedrive(warden, workflow)).json.id;
    await warden.functions.runRedrives();
    for (const [id, action] of [
      [aborted, 'continue'],
      [aborted, 'pause'],
      [done, 'abort'],
    ]) {
      const { status, json } = await changeRedrive(warden, workflow, id, action as string);
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
