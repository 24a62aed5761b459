import type { Column } from './table.ts';

/** Rows as RFC 4180 has them, with a line of titles. */
export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map(({ cell }) => quoted(cell(row) ?? '')).join(','));
  return `${[columns.map(({ title }) => title.toLowerCase()).join(','), ...lines].join('\r\n')}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
