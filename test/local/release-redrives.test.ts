import { afterAll, beforeAll, expect, test } from 'vitest';
import { releaseRedrives } from '../../local/release-redrives.ts';
import { failedItems, redriveOf, startRedrive, withoutWaiting } from '../support/redrives.ts';
import { startEmbeddedWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startEmbeddedWarden();
  withoutWaiting(warden);
});
afterAll(() => warden.close());

/** A redrive that a runner has taken and will not continue. */
async function abandoned(): Promise<{ workflow: string; id: string }> {
  const workflow = await failedItems(warden, ['a']);
  const { id } = (await startRedrive(warden, workflow)).json;
  const { redrives } = warden.aws.service;
  const seen = await redrives.read(workflow, id);
  if (!seen) throw new Error('the redrive is not there');
  const until = new Date(warden.clock.now() + 30_000).toISOString();
  await redrives.replace(seen, { runner: { id: 'gone', until } });
  return { workflow, id };
}

test('a redrive whose runner is gone continues at once if it is released, and waits otherwise', async () => {
  const { workflow, id } = await abandoned();
  await warden.functions.runRedrives();
  expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'running', resumed: 0 });
  await releaseRedrives(warden.aws.service.redrives);
  await warden.functions.runRedrives();
  expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 1 });
});

test('a redrive that cannot be read does not prevent the release of others (P8)', async () => {
  const broken = await abandoned();
  const { redrives } = warden.aws.service;
  const record = await redrives.read(broken.workflow, broken.id);
  if (!record) throw new Error('the redrive is not there');
  await redrives.replace(record, { startedAt: 7 as never });
  const { workflow, id } = await abandoned();
  await releaseRedrives(redrives);
  await warden.functions.runRedrives().catch(() => {});
  expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done' });
});
