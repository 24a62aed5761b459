/**
 * Copies files from in/ to copies/ and requests their backup. POST /copies {file} is answered before the work is done,
 * so nobody notices if this process ends in between. POST /resume accepts the warden's redrive messages.
 * Usage: node copy-server.ts <URL of the warden> <URL of the backup server> <folder> [file after whose copy it hangs]
 */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listen, post } from '../support/json-server.ts';
import { say } from '../support/stage.ts';
import { type RedriveMessage, WardenClient } from '../support/warden-client.ts';

const [wardenUrl = '', backupServer = '', folder = '', hangsAt] = process.argv.slice(2);
const warden = new WardenClient(wardenUrl, 'uploads');

const { url } = await listen(async (body, path) => {
  if (path === '/resume') {
    const { data, steps } = body as RedriveMessage<{ file: string }>;
    if (!steps.some(({ step }) => step === 'copied')) await copy(data.file);
    await askForBackup(data.file);
  } else {
    const { file } = body as { file: string };
    void copy(file).then(() => (file === hangsAt ? undefined : askForBackup(file)));
  }
});
say(`The copy server listens on ${url}`);

async function copy(file: string): Promise<void> {
  await copyFile(join(folder, 'in', file), join(folder, 'copies', file));
  await warden.progress(file, { step: 'copied' });
}

function askForBackup(file: string): Promise<void> {
  return post(`${backupServer}/backups`, { file });
}
