import { describe, expect, test } from 'vitest';
import { complete as completeItem } from '../../../../core/operations/items/complete.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import { onItem } from './support/on-item.ts';

describe('receipts', () => {
  onOneEngine((warden) => {
    const { register, complete, read, listed, stored } = onItem(warden);
    const keepReceipts = (workflow: string, receipts: number | string) =>
      warden().request('PUT', `/v1/workflows/${workflow}`, { body: { receipts } });

    describe('expire', () => {
      /**
       * A workflow whose receipts are kept for an hour, and its item, completed a quarter of a second after a full
       * second.
       */
      const completed = async () => {
        const workflow = warden().newWorkflow();
        await keepReceipts(workflow, 3_600);
        await register(workflow, { run: 'r1' });
        warden().clock.set(Math.ceil(warden().clock.now() / 1_000) * 1_000 + 250);
        const reply = await complete(workflow, 'r1');
        return { workflow, reply, expires: warden().clock.now() - 250 + 3_600_000 };
      };

      test('to the second, and count as gone whether they are deleted or not', async () => {
        const { workflow, reply, expires } = await completed();
        const reconciled = async () => {
          const ids = ['a'];
          const { json } = await warden().request('POST', `/v1/workflows/${workflow}/reconcile`, {
            body: { ids },
          });
          return json.completed;
        };
        warden().clock.set(expires - 1);
        expect((await complete(workflow, 'r1')).json).toEqual(reply.json);
        expect((await read(workflow)).status).toBe(200);
        expect((await register(workflow, { run: 'r1' })).json).toMatchObject({ outcome: 'completed' });
        for (const query of ['state=completed', 'id=a']) expect(await listed(workflow, query)).toEqual(['a']);
        expect(await reconciled()).toEqual(['a']);
        warden().clock.set(expires);
        expect((await read(workflow)).status).toBe(404);
        expect((await complete(workflow)).status).toBe(404);
        expect((await warden().progress(workflow, 'a', { step: 's' })).status).toBe(404);
        for (const query of ['state=completed', 'id=a', 'state=completed&format=jsonl'])
          expect(
            (await warden().request('GET', `/v1/workflows/${workflow}/items?${query}`)).text,
          ).not.toContain('"a"');
        expect(await reconciled()).toEqual([]);
        expect(await stored(workflow)).toMatchObject({ state: { S: 'completed' } });
      });

      test('then a registration of their run is a first one, over the expired receipt', async () => {
        const { workflow, expires } = await completed();
        warden().clock.set(expires);
        expect(await register(workflow, { run: 'r1' })).toMatchObject({ status: 201, json: { attempt: 1 } });
        expect(await stored(workflow)).not.toHaveProperty('expiresAt');
        // The deletion of receipts finds nothing to delete, and the item is watched.
        await warden().pass(61_000);
        expect((await read(workflow)).json).toMatchObject({ state: 'overdue', attempt: 1 });
      });

      test('then a completion of any run is early, over the expired receipt', async () => {
        for (const run of ['r1', 'r2']) {
          const { workflow, expires } = await completed();
          warden().clock.set(expires);
          expect((await complete(workflow, run)).json).toMatchObject({ outcome: 'early', attempt: 1 });
          expect((await register(workflow, { run })).json).toMatchObject({ outcome: 'completed' });
        }
      });
    });

    test('after 7 days by default, and as the workflow said at the completion', async () => {
      const dayMs = 86_400_000;
      for (const [receipts, days] of [
        [undefined, 7],
        ['P400D', 400],
        [60, 60 / 86_400],
      ] as const) {
        const workflow = warden().newWorkflow();
        if (receipts !== undefined) await keepReceipts(workflow, receipts);
        await register(workflow);
        await complete(workflow);
        // A later change applies to later completions.
        await keepReceipts(workflow, 3_600);
        const seconds = (warden().clock.now() + days * dayMs) / 1_000;
        expect((await stored(workflow))?.expiresAt?.N).toBe(String(Math.floor(seconds)));
      }
    });

    test('at once with 0: completing deletes the item, and nothing of it is remembered', async () => {
      const workflow = warden().newWorkflow();
      await keepReceipts(workflow, 0);
      for (const run of ['r1', undefined]) {
        expect(await register(workflow, { run, data: 1 })).toMatchObject({
          status: 201,
          json: { attempt: 1 },
        });
        expect((await complete(workflow, run)).json).toMatchObject({ outcome: 'on-time' });
        expect(await stored(workflow)).toBeUndefined();
        expect((await read(workflow)).status).toBe(404);
        expect(await complete(workflow, run)).toMatchObject({ status: 404 });
      }
      expect(await complete(workflow, 'early')).toMatchObject({ status: 404 });
      expect(await stored(workflow)).toBeUndefined();
      await register(workflow, { timeout: 5 });
      await warden().pass(6_000);
      expect((await complete(workflow)).json).toMatchObject({ outcome: 'late' });
      expect(await stored(workflow)).toBeUndefined();
      expect((await warden().events(workflow)).map(({ event }) => event)).toEqual([
        'item.overdue',
        'item.late',
      ]);
    });

    test('after the default time if the settings of the workflow cannot be read (P8)', async () => {
      const workflow = warden().newWorkflow();
      await register(workflow, { run: 'r1' });
      const service = warden().aws.service;
      const unreadable = Object.assign(Object.create(service.registry), {
        findOrUnreadable: async () => ({ name: workflow, error: new Error('not a record') }),
      });
      const input = { workflow, item: 'a', only: { run: 'r1' } };
      expect(await completeItem({ ...service, registry: unreadable }, input)).toMatchObject({
        outcome: 'on-time',
      });
      expect(await stored(workflow)).toMatchObject({ state: { S: 'completed' } });
    });
  });
});
