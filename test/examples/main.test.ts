import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runExample } from './support/run-example.ts';

const folder = join(import.meta.dirname, '../../examples');
const examples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[^/]+\/main\.ts$/.test(path))
  .map((path) => path.replace('/main.ts', ''));

test('an unknown example is refused with the names of all', async () => {
  const { code, stderr } = await runExample('uploads');
  expect(code).toBe(2);
  for (const name of examples) expect(stderr).toContain(name);
});

test('the README of the examples shows how to run each', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const name of examples) expect(readme).toContain(`npm run example -- ${name}`);
});
