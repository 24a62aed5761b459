import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutations } from '../../prove/mutations/mutations.ts';
import { pageText } from '../../prove/report/page.ts';
import { readRecord } from '../../prove/report/record.ts';

test('docs/reliability.md is what the last run has written', () => {
  const record = readRecord();
  expect(record).toBeDefined();
  const page = readFileSync(join(import.meta.dirname, '../../docs/reliability.md'), 'utf8');
  expect(page).toBe(record && pageText(record));
});

test('the published run has 20,000 histories and broke no promise', () => {
  const rows = new Map(readRecord()?.histories.rows);
  expect(rows.get('histories')).toBe('20,000');
  for (const name of ['missed', 'false alarms', 'doubled', 'data lost', 'other promises broken'])
    expect({ name, count: rows.get(name) }).toEqual({ name, count: '0' });
});

test('every mutation is in the published run, and was noticed', () => {
  const published = readRecord()?.mutations?.rows ?? [];
  expect(published.map(({ name }) => name)).toEqual(mutations.map(({ name }) => name));
  expect(published.filter(({ history }) => history === undefined)).toEqual([]);
});

test('the other parts are in the published run, and broke no promise', () => {
  const published = readRecord()?.parts ?? [];
  expect(published.map(({ name }) => name)).toEqual(['bad-input', 'stops', 'kills']);
  for (const { result } of published) expect(result).toMatch(/ passed, 0 failed$|; 0 broke this, and 0 /);
});
