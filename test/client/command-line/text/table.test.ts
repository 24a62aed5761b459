import { describe, expect, test } from 'vitest';
import { type Column, cutTo, tableText } from '../../../../client/command-line/text/table.ts';

interface Row {
  id: string;
  count: number;
  note?: string;
}

const columns: Column<Row>[] = [
  { title: 'ID', rank: 0, cell: ({ id }) => id },
  { title: 'COUNT', rank: 1, align: 'right', cell: ({ count }) => String(count) },
  { title: 'NOTE', rank: 2, cell: ({ note }) => note },
];

describe('a table', () => {
  test('has a "-" for an empty cell, so that other programs can split it', () => {
    const text = tableText(columns, [
      { id: 'a', count: 7, note: 'x' },
      { id: 'bb', count: 12 },
    ]);
    expect(text).toBe('ID  COUNT  NOTE\na       7  x\nbb     12  -\n');
  });

  test('shortens the least important column first, then leaves it out', () => {
    const row = { id: 'upload-4711', count: 3, note: 'no answer from the bank' };
    expect(tableText(columns, [row], 34)).toBe(
      'ID           COUNT  NOTE\nupload-4711      3  no answer fro…\n',
    );
    expect(tableText(columns, [row], 22)).toBe('ID           COUNT\nupload-4711      3\n');
    expect(tableText(columns, [row], 9)).toBe('ID\nupload-4…\n');
  });

  test.each(['写真コピー済み', '👩‍👩‍👧‍👧 family', 'e\u0301clair'])(
    'gives %s as many columns as a terminal does',
    (id) => {
      const [, first = '', second = ''] = tableText(columns, [
        { id, count: 1 },
        { id: 'plain-and-long', count: 1 },
      ]).split('\n');
      const used = { 写真コピー済み: 14, '👩‍👩‍👧‍👧 family': 9, 'e\u0301clair': 6 }[id] ?? 0;
      expect(first.slice(0, first.indexOf('  '))).toBe(id);
      // The count is in the same column: the id is filled up with spaces for what it leaves free.
      expect(first.slice(id.length)).toBe(' '.repeat(14 - used) + second.slice(14));
    },
  );

  test('never cuts a character in half', () => {
    expect(cutTo('写真コピー', 6)).toBe('写真…');
    expect(cutTo('👩‍👩‍👧‍👧👩‍👩‍👧‍👧👩‍👩‍👧‍👧', 4)).toBe('👩‍👩‍👧‍👧…');
  });

  test('shows nothing that a terminal acts on, and one line for a reason of several', () => {
    const text = tableText(columns, [{ id: '\u001b[2Ja', count: 1, note: 'first\nsecond\u0007' }]);
    expect(text).not.toContain('\u0007');
    expect(text).not.toContain('\u001b');
    expect(text.trimEnd().split('\n')).toHaveLength(2);
    expect(text).toContain('first second');
  });
});
