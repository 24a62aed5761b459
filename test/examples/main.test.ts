import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runByNpm } from './support/run-example.ts';

const folder = join(import.meta.dirname, '../../examples');
const examples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[^/]+\/main\.ts$/.test(path))
  .map((path) => path.replace('/main.ts', ''));

test('an unknown example is refused with the names of all', async () => {
  const { code, stderr } = await runByNpm('uploads');
  expect(code).toBe(2);
  for (const name of examples) expect(stderr).toContain(name);
});

test.each(['--help', 'upload-pipeline --help'])('users 13: %s shows how to run each', async (given) => {
  const [name = '', ...options] = given.split(' ');
  const { code, stdout, stderr } = await runByNpm(name, ...options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const example of examples) expect(stdout).toContain(example);
});

test('the README of the examples shows how to run each', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const name of examples) expect(readme).toContain(`npm run example -- ${name}`);
});
