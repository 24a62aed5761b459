import { describe, expect, test } from 'vitest';
import { onOneEngine } from '../../../support/on-engines.ts';
import { onItem } from './support/on-item.ts';

describe('receipts', () => {
  onOneEngine((warden) => {
    const { path, register, complete, read, batch, stored, expectCalm } = onItem(warden);

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
  });
});
