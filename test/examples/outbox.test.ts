import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runExample } from './support/run-example.ts';

const root = join(import.meta.dirname, '../..');

test('orders that were committed before the server was killed are registered after its restart (P1)', async () => {
  const { code, stdout, stderr, left } = await runExample('outbox');
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain('5 orders are committed. The server was killed before it called the warden.');
  expect(stdout).toContain('the warden watches all 5 orders, and the outbox is empty.');
  expect(stdout).toContain('All 5 orders are completed: 0 waiting, 0 overdue.');
  expect(left).toEqual([]);
}, 150_000);

test('docs/outbox.md shows the lines of the example, and its links lead somewhere', () => {
  const docs = readFileSync(join(root, 'docs/outbox.md'), 'utf8');
  const lines = (text: string) => text.split('\n').map((line) => line.trim());
  const known = new Set(
    ['order-store.ts', 'relay.ts'].flatMap((file) =>
      lines(readFileSync(join(root, 'examples/outbox', file), 'utf8')),
    ),
  );
  const shown = [...docs.matchAll(/^```ts\n(.*?)^```$/gms)].flatMap(([, text = '']) => lines(text));
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter((line) => !known.has(line))).toEqual([]);
  for (const [, link = ''] of docs.matchAll(/\]\((\.\.?\/[^)#]+|[a-z-]+\.md)\)/g)) {
    expect(existsSync(join(root, 'docs', link)), link).toBe(true);
  }
});
