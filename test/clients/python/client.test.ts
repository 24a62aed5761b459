import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ManualClock } from '../../support/manual-clock.ts';
import { sized } from '../../support/sized.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { pythonClient, runPython, whyUntested } from './python-process.ts';

/* clients/python/tests has the tests themselves: unittest, with a real service behind WARDEN_URL. */

let warden: EmbeddedWarden;
beforeAll(async () => {
  // Python sends deadlines in the time of this machine.
  warden = await startWarden({ clock: new ManualClock(Date.now()) });
});
afterAll(() => warden.close());

async function passes(module: string): Promise<void> {
  if (await whyUntested()) return;
  const { code, output } = await runPython(
    ['-m', 'unittest', 'discover', '-s', 'tests', '-p', `${module}.py`],
    {
      WARDEN_URL: warden.url,
      WARDEN_TEST_SEED: `${inject('draws').seed}`,
      WARDEN_TEST_ITEMS: `${sized(60, 2_500)}`,
    },
  );
  expect(output).toMatch(/^Ran [1-9]\d* tests? in .*\n\nOK\n$/m);
  expect(code).toBe(0);
}

const timeout = sized(120_000, 1_200_000);
const waiting = ['test_verbs', 'test_requests', 'test_watch', 'test_spool'];

// Most of their time is spent waiting, so they run side by side: the faults too, unless they keep the service busy.
test.concurrent.each(sized([...waiting, 'test_faults'], waiting))(
  'the Python client passes %s',
  passes,
  timeout,
);
test.each(sized([], ['test_faults']))('the Python client passes %s', passes, timeout);

test('the Python client has the syntax of Python 3.9', async () => {
  if (await whyUntested()) return;
  const program = 'import ast, sys; ast.parse(sys.argv[1], feature_version=(3, 9))';
  const module = await readFile(join(pythonClient, 'process_warden.py'), 'utf8');
  expect(await runPython(['-c', program, module])).toEqual({ code: 0, output: '' });
});

test('the examples in its README do what they say', async () => {
  if (await whyUntested()) return;
  const readme = await readFile(join(pythonClient, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```python\n([\s\S]+?)^```$/gm)].map(([, example]) => example);
  const { code, output } = await runPython(['-c', examples.join('\n')], { WARDEN_URL: warden.url });
  expect(output).toBe('');
  expect(code).toBe(0);
  const { json } = await warden.request('GET', '/v1/workflows/orders/items?state=completed');
  expect(json.items.map(({ item }: { item: string }) => item).sort()).toEqual([
    '4711',
    '4712',
    '4713',
    '4714',
  ]);
});
