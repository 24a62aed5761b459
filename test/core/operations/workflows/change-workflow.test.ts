import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WorkflowSettings } from '../../../../core/contract/workflow-settings.ts';
import { parsePart } from '../../../../core/lambda/parse-part.ts';
import { changeWorkflow } from '../../../../core/operations/workflows/change-workflow.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

const ask = (method: string, workflow: string, body?: unknown) =>
  warden.request(method, `/v1/workflows/${workflow}`, { body });

describe('users 9: a change of settings', () => {
  test('keeps those that it does not name, so that a description does not end a watch (P1)', async () => {
    const workflow = warden.newWorkflow();
    const settings = {
      timeout: 'PT15M',
      tags: { team: 'a', tier: '1' },
      notifications: { spacing: 60, reminder: 3_600 },
      expect: { atLeast: 1, every: 'P1D' },
    };
    await ask('PUT', workflow, settings);
    const changed = await ask('PATCH', workflow, {
      description: 'nightly',
      tags: { tier: '2' },
      notifications: { reminder: null },
    });
    const { firstSeenAt, counts } = changed.json;
    const expected = {
      ...settings,
      description: 'nightly',
      tags: { team: 'a', tier: '2' },
      notifications: { spacing: 60 },
    };
    expect(changed).toMatchObject({ status: 200, json: expected });
    expect((await ask('GET', workflow)).json).toEqual({ workflow, ...expected, firstSeenAt, counts });
    await ask('PATCH', workflow, { expect: null, timeout: null });
    expect((await ask('GET', workflow)).json).not.toHaveProperty('expect');
    await ask('PATCH', workflow, { shards: 16 });
    expect((await ask('GET', workflow)).json).toMatchObject({ shards: 16, description: 'nightly' });
  });

  test('is parsed with what it leaves: a result that is not valid is refused, and nothing changes', async () => {
    const workflow = warden.newWorkflow();
    await ask('PUT', workflow, { idempotent: true, redrive: { automatic: { max: 1, after: 60 } } });
    const before = (await ask('GET', workflow)).json;
    for (const [body, path] of [
      [{ idempotent: null }, 'idempotent'],
      [{ descripton: 'x' }, 'descripton'],
      [{ tags: [] }, 'tags'],
      [{ expect: { every: 60 } }, 'expect.atLeast'],
    ] as const) {
      const { status, json } = await ask('PATCH', workflow, body);
      expect({ status, path: json.errors[0].path }).toEqual({ status: 400, path });
    }
    expect((await ask('PATCH', workflow, { shards: 4 })).status).toBe(400);
    expect((await ask('PATCH', workflow, { timeout: 0 })).status).toBe(422);
    expect((await ask('GET', workflow)).json).toEqual(before);
  });

  test('creates no workflow (public report L)', async () => {
    const workflow = warden.newWorkflow();
    expect(await ask('PATCH', workflow, { timeout: 60 })).toMatchObject({
      status: 404,
      json: { code: 'workflow-not-found' },
    });
    await ask('PUT', workflow, { timeout: 60 });
    await ask('DELETE', workflow);
    expect((await ask('PATCH', workflow, { timeout: 60 })).status).toBe(404);
  });

  test('of several at once loses none: who loses the race changes what the winner left', async () => {
    const workflow = warden.newWorkflow();
    await ask('PUT', workflow, {});
    const changes = [{ description: 'one' }, { severity: 'two' }, { timeout: 60 }];
    const replies = await Promise.all(changes.map((change) => ask('PATCH', workflow, change)));
    for (const [index, reply] of replies.entries()) {
      expect(reply).toMatchObject({ status: 200, json: changes[index] });
    }
    expect((await ask('GET', workflow)).json).toMatchObject(Object.assign({}, ...changes));
    const { entries } = (await warden.request('GET', `/v1/audit?workflow=${workflow}`)).json;
    expect(entries).toHaveLength(1 + changes.length);
  });

  describe('that loses a race', () => {
    /** A change by another caller at the last moment before it, as often as said. */
    async function changeMeanwhile(workflow: string, times: number) {
      let left = times;
      const note = async () => {
        if (left-- > 0) await ask('PATCH', workflow, { severity: 'critical', tags: { left: `${left}` } });
      };
      const { service } = warden.aws;
      return changeWorkflow(service, { workflow, change: { description: 'one' }, note }, parse);
    }

    test('is made to what the winner left, and is no failure of ours (P7)', async () => {
      const workflow = warden.newWorkflow();
      await ask('PUT', workflow, { timeout: 60 });
      const expected = { timeout: 60, severity: 'critical', tags: { left: '0' }, description: 'one' };
      expect(await changeMeanwhile(workflow, 3)).toMatchObject(expected);
      expect((await ask('GET', workflow)).json).toMatchObject(expected);
    });

    /** The work of another caller, once, right before the change is written. */
    const once = (work: () => Promise<unknown>) => {
      let isDone = false;
      return async () => {
        if (isDone) return;
        isDone = true;
        await work();
      };
    };
    const parse = (settings: unknown) => parsePart(WorkflowSettings, settings);

    test('has an entry in the audit log of what it changed in the end', async () => {
      const workflow = warden.newWorkflow();
      await ask('PUT', workflow, { timeout: 900 });
      const { service } = warden.aws;
      const write = service.audit.noteFor('loser', workflow);
      const win = once(() => ask('PATCH', workflow, { timeout: 60 }));
      const note: typeof write = async (done) => {
        // Entries of the same millisecond are in no order.
        warden.clock.advance(1);
        await write(done);
        warden.clock.advance(1);
        await win();
      };
      const change = { timeout: 900, description: 'x' };
      expect(await changeWorkflow(service, { workflow, change, note }, parse)).toMatchObject(change);
      const { entries } = (await warden.request('GET', `/v1/audit?workflow=${workflow}`)).json;
      expect(entries).toMatchObject([
        { by: 'loser', action: 'settings-saved', settings: ['description', 'timeout'] },
        { by: 'open', settings: ['timeout'] },
        { by: 'loser', settings: ['description'] },
        { by: 'open', settings: ['timeout'] },
      ]);
    });

    test('to a removal brings back no setting that was removed', async () => {
      const workflow = warden.newWorkflow();
      await ask('PUT', workflow, { timeout: 60, severity: 'critical' });
      const note = once(async () => {
        await ask('DELETE', workflow);
        await warden.register(workflow, 'a', { timeout: 600 });
      });
      const change = { description: 'one' };
      await changeWorkflow(warden.aws.service, { workflow, change, note }, parse);
      const { json } = await ask('GET', workflow);
      expect(json).toMatchObject({ description: 'one', counts: { waiting: 1 } });
      expect(json).not.toHaveProperty('timeout');
      expect(json).not.toHaveProperty('severity');
    });

    test('again and again is a 503 that changes nothing', async () => {
      const workflow = warden.newWorkflow();
      await ask('PUT', workflow, { timeout: 60 });
      await expect(changeMeanwhile(workflow, 100)).rejects.toMatchObject({ code: 'unavailable' });
      expect((await ask('GET', workflow)).json).not.toHaveProperty('description');
    });
  });
});
