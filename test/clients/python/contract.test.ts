import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problems } from '../../../core/contract/problem.ts';
import { routes } from '../../../core/contract/routes.ts';
import { pythonClient, runPython, whyUntested } from './python-process.ts';

/* The Python client cannot import the contract, so what it repeats of the contract is compared with it. */

async function known(expression: string): Promise<unknown> {
  const program = `import json, process_warden; print(json.dumps(${expression}))`;
  const { code, output } = await runPython(['-c', program]);
  expect(output, output).toMatch(/^[[{]/);
  expect(code).toBe(0);
  return JSON.parse(output);
}

test('the Python client knows every operation with its method and path, and no other', async () => {
  if (await whyUntested()) return;
  const inQueryForm = routes.filter(({ path }) => !path.includes('{item+}'));
  expect(await known('process_warden.OPERATIONS')).toEqual(
    Object.fromEntries(inQueryForm.map(({ operation, method, path }) => [operation, [method, path]])),
  );
});

test('the Python client knows every code of a problem, and no other', async () => {
  if (await whyUntested()) return;
  expect(await known('sorted(process_warden.PROBLEM_CODES)')).toEqual(Object.keys(problems).sort());
});

test('a method calls each operation', async () => {
  const module = await readFile(join(pythonClient, 'process_warden.py'), 'utf8');
  const [, methods = ''] = module.split('\nclass Warden:');
  const uncalled = routes.filter(({ operation }) => !methods.includes(`"${operation}"`));
  expect(uncalled).toEqual([]);
});
