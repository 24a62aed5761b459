import { describe, expect, onTestFinished, test } from 'vitest';
import { onOneEngine } from '../../../support/on-engines.ts';
import { onItem } from './support/on-item.ts';

describe('receipts', () => {
  onOneEngine((warden) => {
    const { path, register, complete, read, batch, listed, stored, expectCalm } = onItem(warden);

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
  });
});
