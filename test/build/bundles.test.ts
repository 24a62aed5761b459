import { execFile } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { environments } from '../../core/names/environments.ts';
import { compiled } from '../support/compiled.ts';
import sizes from './function-sizes.json' with { type: 'json' };

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const node = join(root, 'node_modules/.bin/node');
const folder = join(root, 'dist/functions');

const bundle = (name: string) => join(folder, name, 'index.mjs');

describe.each(['register', 'complete', 'progress', 'batch', 'check-timers'])('the bundle of %s', (name) => {
  test('is no more than 450 KB', () => {
    expect(statSync(bundle(name)).size).toBeLessThanOrEqual(450 * 1024);
  });
});

describe('the bundles', () => {
  test('are those whose sizes are recorded: npm run record:sizes', () => {
    const built = globSync('*/index.mjs', { cwd: folder }).map((file) => dirname(file));
    expect(built.toSorted()).toEqual(Object.keys(sizes).toSorted());
  });

  // A larger function takes longer to import: npm run record:sizes accepts one that must grow.
  test.each(Object.entries(sizes))('have at most the recorded size and 2 %%: %s', (name, recorded) => {
    expect(statSync(bundle(name)).size).toBeLessThanOrEqual(recorded * 1.02);
  });
});

const onLambda = {
  AWS_LAMBDA_FUNCTION_NAME: 'test',
  AWS_REGION: 'eu-west-1',
  PATH: process.env.PATH,
  ...compiled,
};
const importing = (name: string) => `await import(${JSON.stringify(bundle(name))})`;

test('every bundle exports a handler on Lambda if its environment is complete', async () => {
  const variables = Object.values(environments).flatMap((schema) => Object.keys(schema.shape));
  const environment = Object.fromEntries(variables.map((variable) => [variable, '60']));
  const names = Object.keys(environments);
  const program = `const loaded = await Promise.all([${names.map((name) => importing(name).slice('await '.length))}]);
    process.stdout.write(JSON.stringify(loaded.map(({ handler }) => typeof handler)));`;
  const { stdout } = await run(node, ['--input-type=module', '-e', program], {
    env: { ...onLambda, ...environment, RECEIVER: 'chat', DEAD_LETTER_QUEUES: '[]' },
  });
  expect(JSON.parse(stdout)).toEqual(names.map(() => 'function'));
});

test('a bundle without its environment fails at its start and names all missing variables', async () => {
  const bare = run(node, ['--input-type=module', '-e', importing('register')], { env: onLambda });
  await expect(bare).rejects.toThrow(Object.keys(environments.register.shape).join(', '));
});
