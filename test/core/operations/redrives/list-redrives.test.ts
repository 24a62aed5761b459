import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyWorkflow, redriveOf, redrivesOf, startRedrive } from '../../../support/redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

describe('list-redrives', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
  });
  afterAll(() => warden.close());

  test('returns the redrives of the workflow, the latest first and page by page, without dry runs of discards', async () => {
    const workflow = await emptyWorkflow(warden);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      warden.clock.advance(1_000);
      ids.unshift((await startRedrive(warden, workflow)).json.id);
      await warden.request('POST', `/v1/workflows/${workflow}/discards`, { body: { dryRun: true } });
    }
    await startRedrive(warden, await emptyWorkflow(warden));
    const found: string[] = [];
    let cursor = '';
    for (let page = 0; page < 10; page++) {
      const { status, json } = await warden.request(
        'GET',
        `${redrivesOf(workflow)}?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(status).toBe(200);
      found.push(...json.redrives.map(({ id }: { id: string }) => id));
      cursor = json.cursor;
      if (cursor === undefined) break;
    }
    expect(found).toEqual(ids);
  });

  test('and read-redrive show the same of a redrive, and find none of another workflow', async () => {
    const workflow = await emptyWorkflow(warden);
    const body = { state: 'failed', tag: 'customer:acme', rate: 5, timeout: 3_600 };
    const { json } = await startRedrive(warden, workflow, body);
    expect(json).toMatchObject({
      workflow,
      action: 'redrive',
      state: 'running',
      filter: { state: 'failed', tag: 'customer:acme' },
      rate: 5,
      timeout: 3_600,
      startedAt: new Date(warden.clock.now()).toISOString(),
    });
    const list = (await warden.request('GET', redrivesOf(workflow))).json;
    expect(list).toEqual({ redrives: [json] });
    expect(await redriveOf(warden, workflow, json.id)).toMatchObject(json);
    const other = await warden.request('GET', `${redrivesOf(warden.newWorkflow())}/${json.id}`);
    expect([other.status, other.json.type]).toEqual([404, expect.stringContaining('redrive-not-found')]);
  });

  test('does not contain redrives older than 90 days, nor dry runs of discards, after they were deleted', async () => {
    const workflow = await emptyWorkflow(warden);
    await startRedrive(warden, workflow);
    const path = `/v1/workflows/${workflow}/discards`;
    const { json: planned } = await warden.request('POST', path, { body: { dryRun: true } });
    warden.clock.advance(89 * 86_400_000);
    const kept = (await startRedrive(warden, workflow)).json.id;
    await warden.functions.runRedrives();
    await warden.sweep();
    expect((await warden.request('GET', redrivesOf(workflow))).json.redrives).toHaveLength(2);
    warden.clock.advance(2 * 86_400_000);
    await warden.sweep();
    const { json } = await warden.request('GET', redrivesOf(workflow));
    expect(json.redrives.map(({ id }: { id: string }) => id)).toEqual([kept]);
    expect(await warden.aws.service.redrives.read(workflow, planned.token)).toBeUndefined();
  });
});
