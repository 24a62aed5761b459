import { describe, expect, test } from 'vitest';
import { onOneEngine } from '../../../support/on-engines.ts';

const minute = 60_000;

describe('ending a silence', () => {
  onOneEngine((warden) => {
    const path = (workflow: string) => `/v1/workflows/${workflow}/silence`;
    const silence = (workflow: string) => {
      const until = new Date(warden().clock.now() + 60 * minute).toISOString();
      return warden().request('PUT', path(workflow), {
        body: { until, reason: 'moving house', create: true },
      });
    };
    const end = async (workflow: string) => (await warden().request('DELETE', path(workflow))).status;
    async function fail(workflow: string, item: string): Promise<void> {
      await warden().register(workflow, item, { timeout: 86_400 });
      await warden().progress(workflow, item, { failed: { reason: 'no room' } });
    }

    test('early notifies people of incidents that are still open', async () => {
      const workflow = warden().newWorkflow();
      await silence(workflow);
      await fail(workflow, 'a');
      await warden().passSweeping(2 * minute);
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await end(workflow)).toBe(204);
      const { json } = await warden().request('GET', `/v1/workflows/${workflow}`);
      expect(json).not.toHaveProperty('silence');
      await warden().passSweeping(minute);
      const told = await warden().notifications(workflow);
      expect(told).toMatchObject([{ event: 'opened', silenceEnded: true, counts: { failed: 1 } }]);
    });

    test('lets people be notified at once again', async () => {
      const workflow = warden().newWorkflow();
      await silence(workflow);
      await end(workflow);
      await fail(workflow, 'a');
      expect(await warden().notifications(workflow)).toMatchObject([{ event: 'opened' }]);
    });

    test('again, or where there is none, changes nothing (P4)', async () => {
      const workflow = warden().newWorkflow();
      await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { timeout: 60 } });
      expect(await end(workflow)).toBe(204);
      await silence(workflow);
      expect([await end(workflow), await end(workflow)]).toEqual([204, 204]);
      const { json } = await warden().request('GET', `/v1/workflows/${workflow}`);
      expect(json).toMatchObject({ timeout: 60 });
    });

    test('of an unknown workflow is a 404, and creates none', async () => {
      const workflow = warden().newWorkflow();
      const reply = await warden().request('DELETE', path(workflow));
      expect(reply).toMatchObject({ status: 404, json: { code: 'workflow-not-found' } });
      expect(await warden().aws.service.registry.readWorkflow(workflow)).toBeUndefined();
      await silence(workflow);
      await warden().request('DELETE', `/v1/workflows/${workflow}`);
      expect(await end(workflow)).toBe(404);
    });
  });
});
