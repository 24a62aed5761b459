import { describe, expect, test } from 'vitest';
import { listWorkflows } from '../../../../core/operations/workflows/list-workflows.ts';
import { onOneEngine } from '../../../support/on-engines.ts';

describe('the workflows that a caller sees', () => {
  onOneEngine((warden) => {
    /** All pages of this size, and the text of their cursors. */
    async function seen(visible: string[], limit: number) {
      const names: string[] = [];
      const cursors: string[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit: String(limit), cursor };
        const page = await listWorkflows(warden().aws.service, { query, visible });
        expect(page.workflows.length).toBeLessThanOrEqual(limit);
        names.push(...page.workflows.map(({ workflow }) => workflow));
        cursor = page.cursor;
        if (cursor) cursors.push(JSON.parse(Buffer.from(cursor, 'base64url').toString()).after);
      } while (cursor !== undefined);
      return { names, cursors };
    }

    test('are all that its patterns cover, once, in order, on pages of any size, without a hint of others', async () => {
      const base = `${warden().newWorkflow()}.`;
      const ends = ['a', 'a-1', 'a-2', 'a-3', 'a.1', 'aa', 'b', 'b1', 'c', 'c-1', 'd', 'z'];
      for (const end of ends) await warden().request('PUT', `/v1/workflows/${base}${end}`, { body: {} });
      const cases: [string[], string[]][] = [
        [['a'], ['a']],
        [['a-*'], ['a-1', 'a-2', 'a-3']],
        [
          ['z', 'a-*', 'b'],
          ['a-1', 'a-2', 'a-3', 'b', 'z'],
        ],
        [
          ['a*', 'a-*', 'aa', 'c-*', 'd*'],
          ['a', 'a-1', 'a-2', 'a-3', 'a.1', 'aa', 'c-1', 'd'],
        ],
        [['*'], ends],
        [['nope', 'nope*'], []],
        [[], []],
      ];
      for (const [patterns, expected] of cases) {
        const visible = patterns.map((pattern) => base + pattern);
        for (const limit of [1, 2, 3, 200]) {
          const { names, cursors } = await seen(visible, limit);
          expect({ patterns, limit, names }).toEqual({
            patterns,
            limit,
            names: expected.map((end) => base + end),
          });
          expect(cursors.filter((name) => !names.includes(name))).toEqual([]);
        }
      }
    });

    test('with counts=none has the settings of each and counts nothing, and leaves out what was removed', async () => {
      const [kept, removed, again] = ['kept', 'removed', 'again'].map(
        (end) => `${warden().newWorkflow()}.${end}`,
      );
      for (const workflow of [kept, removed, again]) {
        await warden().request('PUT', `/v1/workflows/${workflow}`, {
          body: { timeout: 'PT1M', owner: 'team' },
        });
      }
      for (const workflow of [removed, again]) await warden().request('DELETE', `/v1/workflows/${workflow}`);
      await warden().register(again ?? '', 'item', { timeout: 60 });
      const visible = [kept, removed, again].map(String);
      const page = (query: object) => listWorkflows(warden().aws.service, { query, visible });
      const [listed, counted] = [await page({ counts: 'none' }), await page({})];
      expect(listed.workflows.map(({ workflow }) => workflow)).toEqual([kept, again]);
      const bare = ({ counts, nextCheckAt, ...rest }: (typeof counted.workflows)[number]) => rest;
      expect(listed.workflows).toEqual(counted.workflows.map(bare));
      expect(counted.workflows[1]?.counts).toEqual({ waiting: 1, overdue: 0, failed: 0 });
      const wrong = await warden().request('GET', '/v1/workflows?counts=some');
      expect(wrong).toMatchObject({ status: 400, json: { errors: [{ path: 'counts' }] } });
    });
  });
});
