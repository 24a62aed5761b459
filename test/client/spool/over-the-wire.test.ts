import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSpool } from '../../../client/spool/open-spool.ts';
import { sized } from '../../support/sized.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { sendTo } from '../support/send-to.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();
const minute = 60_000;
let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

const open = () => openSpool(newFolder(), { url: warden.url, now: () => warden.clock.now() });

test('an item keeps the deadline that it had when it was kept (P1)', async () => {
  const workflow = warden.newWorkflow();
  const spool = await open();
  await spool.append(workflow, { op: 'register', item: 'x', timeout: 'PT1H', data: { key: 'ä' } });
  const deadline = new Date(warden.clock.now() + 60 * minute).toISOString();
  await warden.pass(20 * minute);
  expect(await spool.deliver(sendTo(warden.url))).toMatchObject({ delivered: 1, left: 0 });
  const { json } = await warden.read(workflow, 'x');
  expect(json).toMatchObject({ state: 'waiting', deadline, data: { key: 'ä' } });
  await spool.close();
});

test('past its deadline, an item is overdue at once unless its completion was kept too (P1, P2)', async () => {
  const workflow = warden.newWorkflow();
  const spool = await open();
  const deadline = new Date(warden.clock.now() + 5 * minute).toISOString();
  for (const item of ['lost', 'done', 'extended']) {
    await spool.append(workflow, { op: 'register', item, timeout: '5m', run: 'r' });
  }
  await warden.pass(4 * minute);
  await spool.append(workflow, { op: 'progress', item: 'extended', timeout: '1h', run: 'r' });
  // Enough to part the registration from the completion, if operations went in order of time.
  const others = Array.from({ length: 200 }, (_, n) => n);
  await Promise.all(
    others.map((n) => spool.append(workflow, { op: 'complete', item: `other-${n}`, run: 'r' })),
  );
  await spool.append(workflow, { op: 'complete', item: 'done', run: 'r' });
  await warden.pass(6 * minute);
  expect(await spool.deliver(sendTo(warden.url))).toMatchObject({ refused: [], left: 0 });
  await warden.pass(2_000);
  const told = await warden.notifications(workflow);
  expect(told.flatMap(({ items }) => items)).toMatchObject([{ item: 'lost', deadline }]);
  const [lost, done, extended] = await Promise.all(
    ['lost', 'done', 'extended'].map(async (item) => (await warden.read(workflow, item)).json),
  );
  expect([lost.state, done.state, extended.state]).toEqual(['overdue', 'completed', 'waiting']);
  expect(done.completion).toMatchObject({ outcome: 'late', tookMs: 10 * minute, lateByMs: 5 * minute });
  await spool.close();
});

test('all that was kept is delivered, once in effect, whatever fails on the way (P4)', async () => {
  const workflow = warden.newWorkflow();
  const spool = await open();
  const items = Array.from({ length: sized(150, 3_000) }, (_, n) => `item-${n}`);
  const append = (op: 'register' | 'complete', item: string) =>
    spool.append(workflow, op === 'register' ? { op, item, timeout: 600, run: 'r' } : { op, item, run: 'r' });
  await Promise.all(items.map((item) => append('register', item)));
  await Promise.all(items.slice(10).map((item) => append('complete', item)));
  const send = sendTo(warden.url);
  let calls = 0;
  const isOver = async () => {
    const { left } = await spool.deliver(async (...batch) => {
      calls++;
      if (calls % 3 === 1) throw new Error('not sent');
      const results = await send(...batch);
      if (calls % 3 === 2) throw new Error('the reply was lost');
      return results;
    });
    return left === 0;
  };
  while (!(await isOver()));
  await warden.pass(700_000);
  const { json } = await warden.request('GET', `/v1/workflows/${workflow}`);
  expect(json.counts).toEqual({ waiting: 0, overdue: 10, failed: 0 });
  expect((await warden.read(workflow, 'item-20')).json).toMatchObject({ state: 'completed', attempt: 1 });
  await spool.close();
});

test('the least version of Node that the client supports runs the spool and a watch', async () => {
  // npm puts Node 24 before the one of the system.
  const path = (process.env.PATH ?? '').split(':').filter((part) => !part.includes('node_modules'));
  const env = { ...process.env, PATH: path.join(':') };
  const node = async (...args: string[]) => (await promisify(execFile)('node', args, { env })).stdout.trim();
  const installed = await node('--version').catch(({ code }) => `none (${code})`);
  if (!installed.startsWith('v20.')) {
    process.stdout.write(`the client is not tested with Node 20: the Node of this machine is ${installed}\n`);
    return;
  }
  const root = join(import.meta.dirname, '../../..');
  const folder = newFolder();
  const outfile = join(folder, 'client.mjs');
  const contents = `
    import { createClient } from './client/client.ts';
    import { openSpool } from './client/spool/open-spool.ts';
    const [url, workflow] = process.argv.slice(2);
    const spool = await openSpool(${JSON.stringify(join(folder, 'kept'))}, { url });
    await Promise.all([1, 2, 3].map((n) => spool.append('w', { op: 'complete', item: String(n) })));
    const { delivered } = await spool.deliver(async (_, operations) => operations.map(() => ({ status: 200 })));
    const client = createClient({ url, spool });
    const watched = await client.watch(workflow, 'watched', { timeout: 60 }, async ({ step, registered }) => {
      await step('begun');
      return registered;
    });
    await client.close();
    console.log(JSON.stringify({ version: process.version, delivered, left: spool.size, watched }));`;
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  const workflow = warden.newWorkflow();
  const output = JSON.parse(await node(outfile, warden.url, workflow));
  expect(output).toEqual({ version: installed, delivered: 3, left: 0, watched: 'registered' });
  expect((await warden.read(workflow, 'watched')).json).toMatchObject({ state: 'completed' });
  expect(readFileSync(outfile, 'utf8')).not.toMatch(/Map\.groupBy|withResolvers/);
});
