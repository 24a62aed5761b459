import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keyOf } from '../../../../core/aws/items/keys.ts';
import { batchStatus } from '../../../../core/operations/items/batch.ts';
import { complete as completeItem } from '../../../../core/operations/items/complete.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import type { Reply } from '../../../support/request-in-process.ts';

describe('receipts', () => {
  onOneEngine((warden) => {
    const path = (workflow: string, run?: string) =>
      warden().itemPath(workflow, 'a') + (run === undefined ? '' : `&run=${run}`);
    const register = (workflow: string, body: object = {}) =>
      warden().register(workflow, 'a', { timeout: 60, ...body });
    const complete = (workflow: string, run?: string, headers: Record<string, string> = {}) =>
      warden().request('DELETE', path(workflow, run), { headers });
    const read = (workflow: string) => warden().read(workflow, 'a');
    const keepReceipts = (workflow: string, receipts: number | string) =>
      warden().request('PUT', `/v1/workflows/${workflow}`, { body: { receipts } });
    const batch = async (workflow: string, operations: object[]): Promise<Reply['json'][]> => {
      const named = operations.map((one) => ({ item: 'a', ...one }));
      const reply = await warden().request('POST', `/v1/workflows/${workflow}/batch`, {
        body: { operations: named },
      });
      expect(reply.status).toBe(batchStatus(reply.json.results));
      return reply.json.results;
    };
    const listed = async (workflow: string, query: string) => {
      const { json } = await warden().request('GET', `/v1/workflows/${workflow}/items?${query}`);
      return (json.items ?? []).map(({ item }: { item: string }) => item);
    };
    /** What the table has of the item, whether it is expired or not. */
    const stored = async (workflow: string) => {
      const { client, name } = warden().aws.service.items;
      const Key = keyOf({ workflow, item: 'a' });
      return (await client.send(new GetItemCommand({ TableName: name, Key }))).Item;
    };
    /** Nothing remains that people would be notified of. */
    const expectCalm = async (workflow: string) => {
      await warden().pass(3_600_000);
      expect(await listed(workflow, '')).toEqual([]);
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().events(workflow)).toEqual([]);
    };

    describe('of a registration whose write is repeated because its reply was lost', () => {
      test.each(['insert', 'replace'] as const)(
        'and whose item was completed meanwhile: it is not watched again (P2, P4), by %s',
        async (write) => {
          const workflow = warden().newWorkflow();
          if (write === 'replace') {
            await register(workflow);
            await complete(workflow);
            warden().clock.advance(1_000);
          }
          const { items } = warden().aws.service;
          const once = items[write].bind(items);
          onTestFinished(() => void Reflect.deleteProperty(items, write));
          items[write] = async (...given: unknown[]) => {
            Reflect.deleteProperty(items, write);
            expect(await Reflect.apply(once, items, given)).toBe(true);
            expect((await complete(workflow)).json.outcome).toBe('on-time');
            return Reflect.apply(once, items, given);
          };
          const { status, json } = await register(workflow);
          const attempt = write === 'replace' ? 2 : 1;
          expect({ status, json }).toMatchObject({
            status: 201,
            json: { outcome: 'created', attempt, state: 'completed' },
          });
          expect((await read(workflow)).json).toMatchObject({ state: 'completed', attempt });
          await expectCalm(workflow);
        },
      );
    });

    describe('of completed items', () => {
      test('have what callers need to know of the completion, and no data, steps or tags (P5)', async () => {
        const workflow = warden().newWorkflow();
        const registered = await register(workflow, {
          run: 'r1',
          data: 'secret',
          step: 's',
          tags: { t: '' },
        });
        warden().clock.advance(2_500);
        const completedAt = new Date(warden().clock.now()).toISOString();
        const reply = await complete(workflow);
        expect(reply.json).toEqual({ outcome: 'on-time', attempt: 1, tookMs: 2_500 });
        const { json, headers, status } = await read(workflow);
        const { workflow: _, deadline, registeredAt, startedAt } = registered.json;
        expect(status).toBe(200);
        expect(headers.etag).toBe('"1"');
        expect(json).toEqual({
          workflow,
          item: 'a',
          attempt: 1,
          state: 'completed',
          deadline,
          registeredAt,
          startedAt,
          run: 'r1',
          steps: [],
          tags: {},
          completion: { at: completedAt, outcome: 'on-time', tookMs: 2_500 },
        });
        expect(Object.keys((await stored(workflow)) ?? {}).toSorted()).toEqual([
          'attempt',
          'completedAt',
          'deadline',
          'expiresAt',
          'item',
          'pk',
          'registeredAt',
          'revision',
          'run',
          'startedAt',
          'state',
          'timer',
          'workflow',
        ]);
        await expectCalm(workflow);
      });

      test('return the first reply to a repeated completion, however late it arrives (P4)', async () => {
        const workflow = warden().newWorkflow();
        await register(workflow, { run: 'r1' });
        const first = await complete(workflow, 'r1');
        for (const day of [0, 1, 5]) {
          warden().clock.advance(day * 86_400_000);
          expect(await complete(workflow, 'r1')).toMatchObject({ status: 200, json: first.json });
          expect((await complete(workflow)).json).toEqual(first.json);
          expect((await complete(workflow, 'r1', { 'if-match': '"1"' })).json).toEqual(first.json);
        }
        expect(await complete(workflow, undefined, { 'if-match': '"2"' })).toMatchObject({ status: 412 });
      });

      test('say late if the item was overdue or past its deadline unnoticed, and recovered if it had failed before', async () => {
        const overdue = warden().newWorkflow();
        await register(overdue, { timeout: 5 });
        await warden().pass(7_000);
        const failed = warden().newWorkflow();
        await register(failed);
        await warden().progress(failed, 'a', { failed: { reason: 'x' } });
        const unnoticed = warden().newWorkflow();
        await register(unnoticed, { timeout: 5 });
        warden().clock.advance(6_000);
        for (const [workflow, ends] of [
          [overdue, { outcome: 'late', lateByMs: 8_000 }],
          [failed, { outcome: 'recovered' }],
          [unnoticed, { outcome: 'late', lateByMs: 1_000 }],
        ] as const) {
          const { json } = await complete(workflow);
          expect(json).toMatchObject(ends);
          warden().clock.advance(10_000);
          expect((await complete(workflow)).json).toEqual(json);
          const { at: _, ...completion } = (await read(workflow)).json.completion;
          expect({ attempt: 1, ...completion }).toEqual(json);
          warden().clock.advance(-10_000);
        }
      });

      test('are in no count and in no list except those of completed items and by id', async () => {
        const workflow = warden().newWorkflow();
        await register(workflow, { run: 'r1', tags: { t: '' } });
        await complete(workflow);
        await warden().register(workflow, 'open', { timeout: 60 });
        expect(await listed(workflow, '')).toEqual(['open']);
        expect(await listed(workflow, 'state=completed')).toEqual(['a']);
        expect(await listed(workflow, 'id=a&id=open')).toEqual(['a', 'open']);
        expect(await listed(workflow, 'state=completed&state=waiting&limit=5')).toHaveLength(2);
        for (const none of ['state=waiting&id=a', 'state=completed&tag=t', 'state=completed&prefix=b'])
          expect(await listed(workflow, none)).toEqual([]);
        const { json } = await warden().request('GET', `/v1/workflows/${workflow}`);
        expect(json.counts).toEqual({ waiting: 1, overdue: 0, failed: 0 });
        const exported = await warden().request(
          'GET',
          `/v1/workflows/${workflow}/items?state=completed&format=jsonl`,
        );
        expect(exported.text).toBe((await read(workflow)).text);
      });

      test('accept no progress: progress of a completed item is a 409 and changes nothing', async () => {
        const workflow = warden().newWorkflow();
        await register(workflow, { run: 'r1' });
        await complete(workflow, 'r1');
        const before = (await read(workflow)).json;
        for (const body of [{ step: 's' }, { timeout: 600 }, { data: 1 }, { failed: { reason: 'x' } }]) {
          const reply = await warden().progress(workflow, 'a', body);
          expect(reply).toMatchObject({ status: 409, json: { code: 'item-not-waiting' } });
          expect(reply.json.detail).toContain(before.completion.at);
        }
        expect(await warden().request('PATCH', path(workflow, 'r2'), { body: { step: 's' } })).toMatchObject({
          status: 412,
        });
        expect((await read(workflow)).json).toEqual(before);
        await expectCalm(workflow);
      });
    });

    describe('of runs', () => {
      test('answer a registration that is repeated after the completion, and nothing is watched (P2, P4)', async () => {
        const workflow = warden().newWorkflow();
        const asked = { run: 'r1', timeout: 3, data: 1, step: 's' };
        await register(workflow, asked);
        await complete(workflow, 'r1');
        const before = (await read(workflow)).json;
        for (const more of [{}, { restart: true }]) {
          const again = await register(workflow, { ...asked, ...more });
          expect(again).toMatchObject({ status: 200, headers: { etag: '"1"' } });
          const ignored = ['timeout', 'data', 'step'];
          expect(again.json).toEqual({ outcome: 'completed', ignored, ...before });
        }
        await expectCalm(workflow);
      });

      test('answer a registration whose deadline has passed meanwhile', async () => {
        const workflow = warden().newWorkflow();
        const asked = {
          run: 'r1',
          timeout: undefined,
          deadline: new Date(warden().clock.now() + 5_000).toISOString(),
        };
        await register(workflow, asked);
        await complete(workflow, 'r1');
        warden().clock.advance(60_000);
        expect(await register(workflow, asked)).toMatchObject({
          status: 200,
          json: { outcome: 'completed' },
        });
        expect(await register(workflow, { ...asked, run: 'r2' })).toMatchObject({ status: 422 });
        expect((await batch(workflow, [{ op: 'register', ...asked }]))[0]).toMatchObject({
          status: 200,
          outcome: 'completed',
        });
      });

      test('start a new life without a run, or with a new one; attempts continue, nothing else does', async () => {
        const workflow = warden().newWorkflow();
        await register(workflow, { run: 'r1', data: 1, tags: { t: '' } });
        await complete(workflow, 'r1');
        warden().clock.advance(1_000);
        const now = new Date(warden().clock.now()).toISOString();
        const second = await register(workflow, { run: 'r2' });
        expect(second).toMatchObject({ status: 201, headers: { etag: '"2"' } });
        expect(second.json).toMatchObject({
          outcome: 'created',
          run: 'r2',
          registeredAt: now,
          startedAt: now,
        });
        expect((await read(workflow)).json).toMatchObject({ attempt: 2, tags: {}, steps: [] });
        expect((await read(workflow)).json).not.toHaveProperty('data');
        expect((await read(workflow)).json).not.toHaveProperty('completion');
        expect(await stored(workflow)).not.toHaveProperty('expiresAt');
        await complete(workflow, 'r2');
        const third = await register(workflow);
        expect(third.json).toMatchObject({ outcome: 'created', attempt: 3 });
        expect(third.json).not.toHaveProperty('run');
        // It is watched, and its completion is its own.
        await warden().pass(61_000);
        expect((await read(workflow)).json).toMatchObject({ state: 'overdue', attempt: 3 });
        expect((await warden().events(workflow)).map(({ attempt }) => attempt)).toEqual([3]);
      });

      test('of earlier lives are over too, and a late repeat of one does not affect the newest (P4)', async () => {
        const workflow = warden().newWorkflow();
        for (const run of ['r1', 'r2', 'r3']) {
          await register(workflow, { run });
          await complete(workflow, run);
        }
        await register(workflow, { run: 'r4' });
        const waiting = (await read(workflow)).json;
        for (const run of ['r1', 'r2', 'r3']) {
          for (const restart of [false, true]) {
            expect((await register(workflow, { run, restart })).json).toMatchObject({
              outcome: 'completed',
              run: 'r4',
            });
          }
          expect(await complete(workflow, run)).toMatchObject({ status: 412 });
        }
        expect((await read(workflow)).json).toEqual(waiting);
      });

      test('that another run replaced are over: a late repeat does not restore them (P4)', async () => {
        const workflow = warden().newWorkflow();
        await register(workflow, { run: 'r1' });
        const restart = { run: 'r2', restart: true };
        expect((await register(workflow, restart)).json).toMatchObject({ outcome: 'restarted', attempt: 2 });
        expect((await register(workflow, restart)).json).toMatchObject({ outcome: 'unchanged', attempt: 2 });
        expect((await register(workflow, { run: 'r1' })).json).toMatchObject({
          outcome: 'completed',
          run: 'r2',
          attempt: 2,
          state: 'waiting',
        });
        await complete(workflow, 'r2');
        for (const run of ['r1', 'r2']) {
          for (const again of [{ run }, { run, restart: true }])
            expect((await register(workflow, again)).json).toMatchObject({
              outcome: 'completed',
              attempt: 2,
            });
        }
        // Without a run a repeat cannot be distinguished from a new life.
        expect((await register(workflow, { restart: true })).json).toMatchObject({
          outcome: 'created',
          attempt: 3,
        });
      });

      test('are remembered when another run starts after the last one went overdue (P4)', async () => {
        const workflow = warden().newWorkflow();
        await register(workflow, { run: 'r1', timeout: 5 });
        await warden().pass(6_000);
        expect((await register(workflow, { run: 'r2' })).json).toMatchObject({ outcome: 'restarted' });
        expect((await register(workflow, { run: 'r1' })).json).toMatchObject({
          outcome: 'completed',
          run: 'r2',
        });
      });

      test.each(['DELETE', 'PATCH'])(
        'protect a life by its ETag: %s for an older attempt is a 412',
        async (method) => {
          const workflow = warden().newWorkflow();
          await register(workflow);
          await complete(workflow);
          await register(workflow);
          const ask = (tag: string) => {
            const options = {
              headers: { 'if-match': tag },
              ...(method === 'PATCH' && { body: { step: 's' } }),
            };
            return warden().request(method, path(workflow), options);
          };
          expect(await ask('"1"')).toMatchObject({ status: 412, json: { code: 'other-attempt' } });
          expect((await read(workflow)).json).toMatchObject({ state: 'waiting', attempt: 2, steps: [] });
          expect(await ask('"2"')).toMatchObject({ status: 200 });
        },
      );
    });

    describe('of completions that come before the registration', () => {
      test('are found by the registration, however late, and by repeats of both; nothing is watched (P2, P4)', async () => {
        const workflow = warden().newWorkflow();
        const first = await complete(workflow, 'r1');
        expect(first).toMatchObject({ status: 200, json: { outcome: 'early', attempt: 1, tookMs: 0 } });
        warden().clock.advance(3_600_000);
        expect((await complete(workflow, 'r1')).json).toEqual(first.json);
        for (let times = 0; times < 2; times++) {
          const late = await register(workflow, { run: 'r1', timeout: 3, data: 1 });
          expect(late).toMatchObject({
            status: 200,
            json: { outcome: 'completed', ignored: ['timeout', 'data'], completion: { outcome: 'early' } },
          });
        }
        expect((await complete(workflow, 'r1')).json).toEqual(first.json);
        expect(await stored(workflow)).not.toHaveProperty('data');
        await expectCalm(workflow);
      });

      test('expire if the registration never arrives; nobody is notified', async () => {
        const workflow = warden().newWorkflow();
        await complete(workflow, 'r1');
        await warden().passSweeping(3_600_000, 1_800_000);
        expect((await read(workflow)).json).toMatchObject({ state: 'completed', run: 'r1' });
        warden().clock.advance(7 * 86_400_000);
        expect((await read(workflow)).status).toBe(404);
        await expectCalm(workflow);
      });

      test('of another run replace an older receipt, whose run stays over', async () => {
        const workflow = warden().newWorkflow();
        await register(workflow, { run: 'r1' });
        await complete(workflow, 'r1');
        const early = await complete(workflow, 'r2');
        expect(early.json).toMatchObject({ outcome: 'early', attempt: 2 });
        expect((await complete(workflow, 'r2')).json).toEqual(early.json);
        // The reply to r1 is forgotten, but not that r1 is over.
        expect(await complete(workflow, 'r1')).toMatchObject({ status: 412 });
        for (const run of ['r1', 'r2'])
          expect((await register(workflow, { run })).json).toMatchObject({ outcome: 'completed' });
        expect((await register(workflow, { run: 'r3' })).json).toMatchObject({
          outcome: 'created',
          attempt: 3,
        });
      });

      test('do not complete the run that is waiting: 412, and its watch continues (P1)', async () => {
        const workflow = warden().newWorkflow();
        await register(workflow, { run: 'r1' });
        expect(await complete(workflow, 'r2')).toMatchObject({ status: 412 });
        await warden().pass(61_000);
        expect((await read(workflow)).json).toMatchObject({ state: 'overdue', run: 'r1' });
      });

      test('are not kept without a run, or for one attempt: there is no such item', async () => {
        const workflow = warden().newWorkflow();
        expect(await complete(workflow)).toMatchObject({ status: 404 });
        expect(await complete(workflow, 'r1', { 'if-match': '"1"' })).toMatchObject({ status: 404 });
        expect(await stored(workflow)).toBeUndefined();
        expect(await register(workflow, { run: 'r1' })).toMatchObject({ status: 201 });
      });
    });

    describe('in a batch', () => {
      test('are left, found and repeated as by single requests', async () => {
        const workflow = warden().newWorkflow();
        const [first, repeat, late, next, done, again] = await batch(workflow, [
          { op: 'complete', run: 'r1' },
          { op: 'complete', run: 'r1' },
          { op: 'register', run: 'r1', timeout: 5 },
          { op: 'register', run: 'r2', timeout: 5 },
          { op: 'complete', run: 'r2' },
          { op: 'register', run: 'r2', timeout: 5 },
        ]);
        expect(first).toMatchObject({ status: 200, outcome: 'early', attempt: 1 });
        expect(repeat).toEqual(first);
        expect(late).toMatchObject({ status: 200, outcome: 'completed' });
        expect(next).toMatchObject({ status: 201, outcome: 'created', attempt: 2 });
        expect(done).toMatchObject({ status: 200, outcome: 'on-time', attempt: 2 });
        expect(again).toMatchObject({ status: 200, outcome: 'completed', attempt: 2 });
        await expectCalm(workflow);
      });

      test('return the same results to a repeat of the batch, which changes nothing (P4)', async () => {
        const workflow = warden().newWorkflow();
        const ids = Array.from({ length: 30 }, (_, index) => `${index}`);
        const operations = ids.map((item) => ({ op: 'register', item, run: 'r1', timeout: 5 }));
        const completions = ids.map((item) => ({ op: 'complete', item, run: 'r1' }));
        await batch(workflow, operations);
        const first = await batch(workflow, completions);
        expect((await batch(workflow, operations)).map(({ outcome }) => outcome)).toEqual(
          ids.map(() => 'completed'),
        );
        expect(await batch(workflow, completions)).toEqual(first);
        await expectCalm(workflow);
      });

      test('a registration after a completion is judged by the receipt, not by the item before it (P7)', async () => {
        const workflow = warden().newWorkflow();
        await register(workflow, { run: 'r1' });
        const past = { deadline: '2026-01-01T00:00:00.000Z' };
        const results = await batch(workflow, [{ op: 'complete' }, { op: 'register', ...past }]);
        expect(results).toMatchObject([{ outcome: 'on-time' }, { status: 422 }]);
        const other = await batch(workflow, [
          { op: 'complete', item: 'b', run: 'r1' },
          { op: 'register', item: 'b', run: 'r1', ...past },
        ]);
        expect(other).toMatchObject([{ outcome: 'early' }, { status: 200, outcome: 'completed' }]);
      });
    });

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
