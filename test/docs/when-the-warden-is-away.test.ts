import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../support/start-warden.ts';
import { Recipe } from './support/recipe.ts';

/* docs/when-the-warden-is-away.md */

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/when-the-warden-is-away.md'), 'utf8');
const [text = '', list = ''] = page.split('\n## The tests\n');
const tests = [...list.matchAll(/^(\d+)\. `(\S+)`: (.*)$/gm)].map(
  ([, number = '', file = '', title = '']) => ({
    number,
    file,
    title,
  }),
);

test('every claim has a number, and every number is of a test that exists under its name', () => {
  const claimed = new Set([...text.matchAll(/\[(\d+)\](?!\()/g)].map(([, number]) => number));
  expect([...claimed].sort()).toEqual(tests.map(({ number }) => number).sort());
  for (const { file, title } of tests) {
    const source = readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");
    expect(source.includes(title), `${file}: ${title}`).toBe(true);
  }
});

test('a reconciliation finds what is missing, and completes what is done', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  const recipe = new Recipe('../when-the-warden-is-away.md', warden.url, 'pw_x');
  onTestFinished(() => recipe.close());
  for (const item of ['done while away', 's3://in/a b?c', 'waiting']) {
    await warden.register('orders', item, { timeout: item === 'waiting' ? '2h' : '10m' });
  }
  await warden.pass(11 * 60_000);

  recipe.write('ids.txt', 'done while away\ns3://in/a b?c\nwaiting\nnever registered\n');
  const found = async () => JSON.parse((await recipe.run('sh', ['reconcile.sh', 'orders'])).stdout);
  expect(await found()).toMatchObject({
    unknown: ['never registered'],
    waiting: ['waiting'],
    overdue: expect.arrayContaining(['done while away', 's3://in/a b?c']),
    failed: [],
  });
  recipe.write('done.txt', 'done while away\ns3://in/a b?c\n');
  expect(await recipe.run('sh', ['complete-done.sh', 'orders'])).toMatchObject({ code: 0, stderr: '' });
  expect(await found()).toMatchObject({ counts: { completed: 2, overdue: 0, waiting: 1, unknown: 1 } });
});
