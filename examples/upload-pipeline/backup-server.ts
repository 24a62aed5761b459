/**
 * Backs up copies by POST /backups {file}: from copies/ to backups/. This is the end of an upload, so it completes the
 * item.
 * Usage: node backup-server.ts <URL of the warden> <folder>
 */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listen } from '../support/json-server.ts';
import { say } from '../support/stage.ts';
import { WardenClient } from '../support/warden-client.ts';

const [wardenUrl = '', folder = ''] = process.argv.slice(2);
const warden = new WardenClient(wardenUrl, 'uploads');

const { url } = await listen(async (body) => {
  const { file } = body as { file: string };
  await copyFile(join(folder, 'copies', file), join(folder, 'backups', file));
  await warden.complete(file);
});
say(`The backup server listens on ${url}`);
