/**
 * Files are stored in chunks. A bug forgets the last chunk of every file that has more than one, so large files are
 * never complete. No error is raised, and every test with a small file passes.
 * Run: npm run example -- chunking-bug
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { listen } from '../support/json-server.ts';
import { LocalWarden } from '../support/local-warden.ts';
import { perform, say } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { type RedriveMessage, WardenClient } from '../support/warden-client.ts';
import { chunkSize } from './chunks.ts';
import { FileStore } from './file-store.ts';

const files = Array.from({ length: 18 }, (_, n) => {
  const size = n % 3 === 0 ? 'large' : 'small';
  const format = n % 2 === 0 ? 'tiff' : 'jpeg';
  const bytes = randomBytes(size === 'large' ? chunkSize * 2 + 1_000 : 1_000);
  return {
    name: `image-${n}.${format}`,
    bytes,
    tags: { size, format, customer: n % 4 < 2 ? 'acme' : 'globex' },
  };
});
const large = files.filter(({ tags }) => tags.size === 'large').length;

await perform(async (stage) => {
  const upstream = await listen(async (body) => {
    const { item } = body as RedriveMessage<unknown>;
    await store.send(item, bytesOf(item));
  });
  stage.atEnd(upstream.close);
  const service = await LocalWarden.start(stage, upstream.url);
  const warden = new WardenClient(service.url, 'images');
  const store = new FileStore(warden);

  await warden.batch(files.map(({ name, tags }) => ({ op: 'register', item: name, timeout: 5, tags })));
  for (const { name, bytes } of files) await store.send(name, bytes);
  say(`${files.length} images are sent to the store; each must be there within 5 seconds.`);
  say('No error is raised. The warden says:');
  const { items } = await service.show('opened');
  assert.ok(items.every(({ step }) => step === 'chunk 2 of 3'));
  await until('deadline of all', async () => (await warden.counts()).waiting === 0);

  say('What do the overdue items have in common? Their tags:');
  const overdue = await warden.list({ state: 'overdue' });
  const tags = new Set(overdue.flatMap((item) => Object.entries(item.tags).map((tag) => tag.join(':'))));
  const common: string[] = [];
  for (const tag of tags) {
    const { length } = await warden.list({ state: 'overdue', tag });
    say(`  ${tag.padEnd(16)} ${length} of ${overdue.length}`);
    if (length === overdue.length) common.push(tag);
  }
  assert.equal(overdue.length, large);
  assert.deepEqual(common, ['size:large']);

  store.hasBug = false;
  say('The bug is fixed, so the last chunk is sent too. The large images are resumed.');
  await warden.redrive({ tag: 'size:large' });
  await until('completion of all', async () => (await warden.list()).length === 0);
  for (const { name, bytes } of files) assert.ok(store.read(name).equals(bytes), name);
  const left = await warden.counts();
  say(`All ${files.length} images are stored: ${left.waiting} waiting, ${left.overdue} overdue.`);
  assert.equal(service.notifications.filter(({ event }) => event === 'opened').length, 1);
});

function bytesOf(item: string): Buffer {
  const file = files.find(({ name }) => name === item);
  assert.ok(file, item);
  return file.bytes;
}
