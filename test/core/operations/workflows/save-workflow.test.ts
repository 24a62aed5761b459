import { describe, expect, test } from 'vitest';
import { writeCursor } from '../../../../core/model/list-cursor.ts';
import { onOneEngine } from '../../../support/on-engines.ts';

describe('workflows', () => {
  onOneEngine((warden) => {
    const path = (workflow: string) => `/v1/workflows/${workflow}`;
    const save = (workflow: string, body: unknown) => warden().request('PUT', path(workflow), { body });
    const get = (workflow: string) => warden().request('GET', path(workflow));
    const remove = (workflow: string) => warden().request('DELETE', path(workflow));

    /** One page that begins with this Warden's workflows. The registry may contain those of other tests. */
    async function listed(limit = 30): Promise<{ workflow: string }[]> {
      const cursor = writeCursor(warden().newWorkflow().split('.')[0] ?? '', 'workflows');
      const { status, json } = await warden().request('GET', `/v1/workflows?limit=${limit}&cursor=${cursor}`);
      expect(status).toBe(200);
      return json.workflows;
    }

    test('are saved, read, saved again as a whole, and removed', async () => {
      const workflow = warden().newWorkflow();
      expect((await get(workflow)).json).toMatchObject({ status: 404, code: 'workflow-not-found' });
      const settings = { timeout: 'PT15M', description: 'Nightly\ncopies', tags: { team: 'storage' } };
      const saved = await save(workflow, settings);
      expect(saved.status).toBe(201);
      expect(saved.json).toEqual({
        workflow,
        ...settings,
        firstSeenAt: new Date(warden().clock.now()).toISOString(),
        counts: { waiting: 0, overdue: 0, failed: 0 },
      });
      expect((await get(workflow)).json).toEqual(saved.json);
      const again = await save(workflow, { timeout: 60 });
      expect(again.status).toBe(200);
      expect(again.json).not.toHaveProperty('description');
      expect((await remove(workflow)).status).toBe(204);
      expect((await get(workflow)).status).toBe(404);
      expect((await remove(workflow)).status).toBe(404);
      expect(await listed()).not.toContainEqual(expect.objectContaining({ workflow }));
    });

    test('are counted by state, with the next check and the oldest overdue or failed item', async () => {
      const workflow = warden().newWorkflow();
      const { registeredAt } = (await warden().register(workflow, 'late', { timeout: 5 })).json;
      await warden().register(workflow, 'next', { timeout: 60 });
      const { deadline } = (await warden().read(workflow, 'next')).json;
      for (let index = 0; index < 20; index++)
        await warden().register(workflow, `${index}`, { timeout: 600 });
      await warden().progress(workflow, '7', { failed: { reason: 'x' } });
      await warden().pass(6_000);
      const expected = {
        workflow,
        counts: { waiting: 20, overdue: 1, failed: 1 },
        nextCheckAt: deadline,
        oldestBreached: registeredAt,
      };
      expect((await get(workflow)).json).toMatchObject(expected);
      expect(await listed()).toContainEqual(expect.objectContaining(expected));
    });

    test('are listed by name, page by page', async () => {
      const base = warden().newWorkflow();
      const names = ['.a', '.b', '.c', '.d', '.e'].map((end) => base + end);
      for (const name of names) await save(name, {});
      let cursor = writeCursor(base, 'workflows');
      const found: string[] = [];
      for (let page = 0; page < 3 && cursor; page++) {
        const { json } = await warden().request('GET', `/v1/workflows?limit=2&cursor=${cursor}`);
        found.push(...json.workflows.map(({ workflow }: { workflow: string }) => workflow));
        cursor = json.cursor;
      }
      expect(found.slice(0, 5)).toEqual(names);
    });

    test('with items cannot be removed, and keep their settings', async () => {
      const workflow = warden().newWorkflow();
      await save(workflow, { timeout: 60 });
      await warden().register(workflow, 'a', {});
      const refused = await remove(workflow);
      expect(refused).toMatchObject({ status: 409, json: { code: 'workflow-not-empty' } });
      expect(refused.json.detail).toContain('1 waiting');
      expect((await get(workflow)).json).toMatchObject({ timeout: 60 });
    });

    test('that were removed come back, without settings, once an item is registered (P1)', async () => {
      const workflow = warden().newWorkflow();
      await save(workflow, { timeout: 60 });
      await remove(workflow);
      expect(await warden().register(workflow, 'a', {})).toMatchObject({ status: 422 });
      expect((await get(workflow)).status).toBe(404);
      expect((await warden().register(workflow, 'a', { timeout: 60 })).status).toBe(201);
      expect((await get(workflow)).json).toMatchObject({ counts: { waiting: 1 } });
      await warden().complete(workflow, 'a');
      expect((await get(workflow)).json).not.toHaveProperty('timeout');
    });

    test('are not entered by a registration that is refused', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 0 });
      expect((await get(workflow)).status).toBe(404);
    });

    test('accept every setting, and show it', async () => {
      const workflow = warden().newWorkflow();
      const settings = {
        timeout: 3600,
        warnAfter: 'PT0.5S',
        severity: 'critical',
        notifications: { spacing: 1, reminder: 'PT1S', quiet: { items: 2, for: 0.001 } },
        expect: { atLeast: 1, every: 60 },
      };
      expect((await save(workflow, settings)).status).toBe(201);
      expect((await get(workflow)).json).toMatchObject(settings);
      const longest = {
        warnAfter: 'P366D',
        notifications: { spacing: 'P7D', reminder: 'P7D', quiet: { items: 2, for: 'P1D' } },
        expect: { atLeast: 1, every: 'P366D' },
      };
      expect((await save(workflow, longest)).status).toBe(200);
      expect((await get(workflow)).json).toMatchObject(longest);
    });

    test.each([
      [{ warnAfter: 0 }, 'warnAfter'],
      [{ warnAfter: -60 }, 'warnAfter'],
      [{ warnAfter: 'P367D' }, 'warnAfter'],
      [{ notifications: { spacing: 0.999 } }, 'notifications.spacing'],
      [{ notifications: { reminder: 0 } }, 'notifications.reminder'],
      [{ notifications: { quiet: { items: 2, for: 0 } } }, 'notifications.quiet.for'],
      [{ expect: { atLeast: 1, every: 59.9 } }, 'expect.every'],
      [{ expect: { atLeast: 1, every: 'P367D' } }, 'expect.every'],
    ])('refuse the duration in %j, naming %s and what is allowed (P7)', async (settings, path) => {
      const workflow = warden().newWorkflow();
      const reply = await save(workflow, settings);
      expect(reply).toMatchObject({ status: 422, json: { code: 'duration-out-of-range' } });
      expect(reply.json.errors).toMatchObject([{ path }]);
      expect(reply.json.errors[0].message).toMatch(
        /must be .+ to (31622400 seconds \(366 days\)|604800 seconds \(7 days\)|86400 seconds \(1 day\))/,
      );
      expect((await get(workflow)).status).toBe(404);
    });

    test.each([
      [{ spacing: 604_801 }, 'notifications.spacing', '7 days'],
      [{ reminder: 'P8D' }, 'notifications.reminder', '7 days'],
      [{ quiet: { items: 2, for: 'P366D' } }, 'notifications.quiet.for', '1 day'],
    ])('security M8: no setting keeps people uninformed for ever: %j', async (notifications, path, most) => {
      const { status, json } = await save(warden().newWorkflow(), { notifications });
      expect({ status, code: json.code }).toEqual({ status: 422, code: 'duration-out-of-range' });
      expect(json.errors).toMatchObject([{ path, message: expect.stringContaining(`(${most})`) }]);
    });

    test('security M8: the audit log names the settings that changed, and no value (P9)', async () => {
      const workflow = warden().newWorkflow();
      const first = { timeout: 60, description: 'private', notifications: { reminder: 'P1D' } };
      await save(workflow, first);
      warden().clock.advance(1_000);
      await save(workflow, { ...first, notifications: { quiet: { items: 5, for: 'PT1H' } }, shards: 16 });
      const { json } = await warden().request('GET', `/v1/audit?workflow=${workflow}`);
      expect(json.entries.map(({ settings }: { settings: string[] }) => settings)).toEqual([
        ['notifications.quiet', 'notifications.reminder', 'shards'],
        ['description', 'notifications.reminder', 'timeout'],
      ]);
      expect(JSON.stringify(json)).not.toContain('private');
    });

    test('refuse several durations at once, naming each', async () => {
      const settings = { warnAfter: 0, expect: { atLeast: 1, every: 0 } };
      const { json } = await save(warden().newWorkflow(), settings);
      expect(json.errors.map(({ path }: { path: string }) => path)).toEqual(['warnAfter', 'expect.every']);
    });

    test.each([
      [{ timeout: 0 }, 422],
      [{ warnAfter: 'soon' }, 400],
      [{ notifications: { quiet: { items: 5 } } }, 400],
      [{ notifications: { quiet: { items: 1, for: 60 } } }, 400],
      [{ expect: { atLeast: 0, every: 60 } }, 400],
      [{ expect: { atLeast: 1 } }, 400],
      [{ severity: '' }, 400],
      [{ silence: { until: '2026-03-02T00:00:00Z', reason: 'x' } }, 400],
      [{ timeout: 'soon' }, 400],
      [{ timeout: 'P1M' }, 400],
      [{ deadline: '2026-03-01T00:00:00Z' }, 400],
      [{ tags: [] }, 400],
      [[], 400],
    ])('refuse the settings %j with %i', async (settings, status) => {
      const workflow = warden().newWorkflow();
      expect((await save(workflow, settings)).status).toBe(status);
      expect((await get(workflow)).status).toBe(404);
    });
  });
});
