/**
 * An upload goes from server to server: uploaded, copied, backed up. The copy server is killed after a copy and before
 * its request for the backup. No server sees an error.
 * Run: npm run example -- upload-pipeline [--until-resolved]
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { post } from '../support/json-server.ts';
import { startLoadBalancer } from '../support/load-balancer.ts';
import { LocalWarden } from '../support/local-warden.ts';
import { ServerProcess } from '../support/server-process.ts';
import { perform, say } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { WardenClient } from '../support/warden-client.ts';

const { values } = parseArgs({ options: { 'until-resolved': { type: 'boolean' } } });
const scans = [1, 2, 3, 4, 5].map((n) => ({ file: `scan-${n}.tiff`, text: `${n}`.repeat(10_000) }));
const lost = 'scan-5.tiff';

await perform(async (stage) => {
  const { folder } = stage;
  for (const name of ['in', 'copies', 'backups']) await mkdir(join(folder, name));
  const copyServers = await startLoadBalancer(stage);
  const service = await LocalWarden.start(stage, `${copyServers.url}/resume`);
  const warden = new WardenClient(service.url, 'uploads');
  const start = (name: string, ...args: string[]) =>
    ServerProcess.start(stage, `examples/upload-pipeline/${name}.ts`, [service.url, ...args]);
  const [uploadServer, backupServer] = await Promise.all([
    start('upload-server', copyServers.url, folder),
    start('backup-server', folder),
  ]);
  const copyServer = await start('copy-server', backupServer.url, folder, lost);
  copyServers.target = copyServer.url;

  for (const scan of scans) await post(`${uploadServer.url}/uploads`, scan);
  say(`${scans.length} scans are uploaded; each must be backed up within 5 seconds.`);
  await until('copy of the last scan', async () => {
    const [left, ...others] = await warden.list();
    return others.length === 0 && left?.item === lost && left.step === 'copied';
  });
  copyServers.target = undefined;
  await copyServer.stop('SIGKILL');
  say(`The copy server is killed after it copied ${lost} and before it asked for the backup.`);
  say('No server raises an error. The warden says:');
  const { items } = await service.show('opened');
  assert.deepEqual(
    items.map(({ item, step }) => ({ item, step })),
    [{ item: lost, step: 'copied' }],
  );
  assert.equal((await readdir(join(folder, 'backups'))).length, scans.length - 1);

  const copiedAt = (await stat(join(folder, 'copies', lost))).mtimeMs;
  copyServers.target = (await start('copy-server', backupServer.url, folder)).url;
  say('The copy server is started again, and the overdue item is resumed.');
  await warden.redrive();
  await until('backup of the lost scan', async () => (await warden.list()).length === 0);
  for (const { file, text } of scans) {
    assert.equal(await readFile(join(folder, 'backups', file), 'utf8'), text);
  }
  // The new server did not copy the file again.
  assert.equal((await stat(join(folder, 'copies', lost))).mtimeMs, copiedAt);
  const { waiting, overdue, failed } = await warden.counts();
  say(`All ${scans.length} scans are backed up: ${waiting} waiting, ${overdue} overdue, ${failed} failed.`);
  if (values['until-resolved']) {
    say('The warden waits for 40 seconds without another report, and says:');
    await service.show('resolved');
  }
  assert.equal(service.notifications.filter(({ event }) => event === 'opened').length, 1);
});
