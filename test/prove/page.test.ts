import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageText } from '../../prove/report/page.ts';
import { readRecord } from '../../prove/report/record.ts';

test('docs/reliability.md is what the last run has written', () => {
  const record = readRecord();
  expect(record).toBeDefined();
  const page = readFileSync(join(import.meta.dirname, '../../docs/reliability.md'), 'utf8');
  expect(page).toBe(record && pageText(record));
});

test('the published run broke no promise', () => {
  const rows = new Map(readRecord()?.histories.rows);
  for (const name of ['missed', 'false alarms', 'doubled', 'data lost', 'other promises broken'])
    expect({ name, count: rows.get(name) }).toEqual({ name, count: '0' });
});
