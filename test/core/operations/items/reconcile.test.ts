import { describe, expect, test } from 'vitest';
import { LeftOut } from '../../../../core/aws/batch-read.ts';
import { limits } from '../../../../core/contract/limits.ts';
import { reconcile } from '../../../../core/operations/items/reconcile.ts';
import { onOneEngine } from '../../../support/on-engines.ts';

describe('reconcile', () => {
  onOneEngine((warden) => {
    const ask = (workflow: string, body: unknown) =>
      warden().request('POST', `/v1/workflows/${workflow}/reconcile`, { body });

    test('returns the state of each id once, whatever its characters are', async () => {
      const workflow = warden().newWorkflow();
      for (const item of ['overdue', 'completed']) await warden().register(workflow, item, { timeout: 5 });
      await warden().complete(workflow, 'completed');
      await warden().pass(6_000);
      for (const item of ['s3://in//a?v=1%', 'failed'])
        await warden().register(workflow, item, { timeout: 600 });
      await warden().progress(workflow, 'failed', { failed: { reason: 'x' } });
      const ids = ['failed', 'never', 's3://in//a?v=1%', 'completed', 'overdue', 'never', '__proto__'];
      expect(await ask(workflow, { ids })).toMatchObject({
        status: 200,
        json: {
          counts: { waiting: 1, overdue: 1, failed: 1, completed: 1, unknown: 2, unreadable: 0 },
          waiting: ['s3://in//a?v=1%'],
          overdue: ['overdue'],
          failed: ['failed'],
          completed: ['completed'],
          unknown: ['never', '__proto__'],
          unreadable: [],
        },
      });
    });

    test('reads as many ids as one request can have', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, '9999', { timeout: 600 });
      const ids = Array.from({ length: limits.reconcileIds }, (_, index) => `${index}`);
      const { status, json } = await ask(workflow, { ids });
      expect(status).toBe(200);
      expect(json.counts).toMatchObject({ waiting: 1, unknown: limits.reconcileIds - 1 });
      expect(json.waiting).toEqual(['9999']);
    });

    test('names an item that exists and cannot be read, and returns the others (P8)', async () => {
      const workflow = warden().newWorkflow();
      for (const item of ['good', 'damaged']) await warden().register(workflow, item, { timeout: 600 });
      const { items } = warden().aws.service;
      const seen = await items.readOpen(workflow, 'damaged');
      if (seen) await items.replace({ ...seen, timer: 7 as never }, seen.revision);
      const { json } = await ask(workflow, { ids: ['good', 'damaged'] });
      expect(json).toMatchObject({ waiting: ['good'], unreadable: ['damaged'], unknown: [] });
    });

    test('fails instead of calling an id unknown that could not be read in time (P7)', async () => {
      const { items, log } = warden().aws.service;
      const busy = Object.assign(Object.create(items), {
        readMany: async () => new Map([['w#a', new LeftOut()]]),
      });
      await expect(reconcile({ items: busy, log }, { workflow: 'w', ids: ['a'] })).rejects.toThrow(LeftOut);
    });

    test.each([
      [{}, 'ids'],
      [{ ids: [] }, 'ids'],
      [{ ids: Array.from({ length: limits.reconcileIds + 1 }, (_, index) => `${index}`) }, 'ids'],
      [{ ids: Array.from({ length: 9_000 }, (_, index) => `${index}`.padEnd(250, 'x')) }, 'ids'],
      [{ ids: ['a', ''] }, 'ids.1'],
      [{ ids: ['a'], more: true }, 'more'],
    ])('refuses what is not a list of ids and names the field (P7) %#', async (body, path) => {
      const { status, json } = await ask('w', body);
      expect(status).toBe(400);
      expect(json).toMatchObject({ code: 'invalid-request', errors: [{ path }] });
    });
  });
});
