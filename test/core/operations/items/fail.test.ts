import { describe, expect, test } from 'vitest';
import { limits } from '../../../../core/contract/limits.ts';
import { onOneEngine } from '../../../support/on-engines.ts';

describe('fail', () => {
  onOneEngine((warden) => {
    const fail = (workflow: string, query: string, text: string | Buffer = '') =>
      warden().request('POST', `/v1/workflows/${workflow}/fail?${query}`, {
        text,
        // What curl sends with --data-binary.
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
    const failureOf = async (workflow: string) => (await warden().read(workflow, 'a b')).json.failure;

    async function waiting(body: object = {}) {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a b', { timeout: 60, ...body });
      return workflow;
    }

    test('fails an item with the output of a job, and people are notified at once (P1)', async () => {
      const workflow = await waiting();
      const output = `begun\n${'x'.repeat(2_000)}\n\u001b[31mdisk full\u001b[0m\n`;
      const { status, json } = await fail(workflow, 'id=a+b&type=Disk&exit=3', output);
      expect(status).toBe(200);
      expect(json).toEqual({ attempt: 1, state: 'failed', deadline: expect.any(String) });
      const { reason, type } = await failureOf(workflow);
      expect(type).toBe('Disk');
      expect(reason).toMatch(/^exit code 3: \[the beginning is cut off\]\nx+\ndisk full$/);
      expect(reason.length).toBe(limits.reasonCharacters);
      expect(await warden().notifications(workflow)).toMatchObject([{ event: 'opened' }]);
    });

    test('accepts an empty body and one that is not UTF-8; a repeat keeps the first reason (P4)', async () => {
      const workflow = await waiting();
      expect((await fail(workflow, 'id=a%20b')).status).toBe(200);
      expect((await fail(workflow, 'id=a%20b', 'later')).status).toBe(200);
      expect((await failureOf(workflow)).reason).toBe('the job failed and printed no reason');
      const cut = await waiting();
      expect((await fail(cut, 'id=a%20b', Buffer.from('é full').subarray(1))).status).toBe(200);
      expect((await failureOf(cut)).reason).toBe('full');
    });

    test('fails the item only in the run and attempt that it names', async () => {
      const workflow = await waiting({ run: 'r1' });
      for (const other of ['run=r2', 'attempt=2']) {
        const { status, json } = await fail(workflow, `id=a+b&${other}`);
        expect({ status, code: json.code }).toEqual({ status: 412, code: 'other-attempt' });
      }
      expect((await fail(workflow, 'id=a+b&run=r1&attempt=1')).status).toBe(200);
    });

    test('refuses what cannot be meant', async () => {
      const workflow = await waiting();
      for (const [query, path] of [
        ['', 'id'],
        ['id=a+b&exit=-1', 'exit'],
        ['id=a+b&exit=256', 'exit'],
        ['id=a+b&attempt=x', 'attempt'],
        ['id=a+b&reason=x', 'reason'],
      ] as const) {
        const { status, json } = await fail(workflow, query);
        expect({ status, path: json.errors[0].path }).toEqual({ status: 400, path });
      }
      expect((await fail(workflow, 'id=nope')).status).toBe(404);
      expect((await fail(workflow, 'id=a+b', 'x'.repeat(limits.bodyBytes + 1))).status).toBe(413);
    });
  });
});
