/**
 * Accepts uploads by POST /uploads {file, text}: stores the file in in/, registers it with the warden and requests a
 * copy.
 * Usage: node upload-server.ts <URL of the warden> <URL of the copy server> <folder>
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listen, post } from '../support/json-server.ts';
import { say } from '../support/stage.ts';
import { WardenClient } from '../support/warden-client.ts';

const [wardenUrl = '', copyServer = '', folder = ''] = process.argv.slice(2);
const warden = new WardenClient(wardenUrl, 'uploads');

const { url } = await listen(async (body) => {
  const { file, text } = body as { file: string; text: string };
  await writeFile(join(folder, 'in', file), text);
  await warden.register(file, { timeout: 5, step: 'uploaded', data: { file } });
  await post(`${copyServer}/copies`, { file });
});
say(`The upload server listens on ${url}`);
