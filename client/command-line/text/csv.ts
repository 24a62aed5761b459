import type { Column } from './table.ts';

/** Rows in the format of RFC 4180, with a line of titles. */
export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map(({ cell }) => quoted(cell(row) ?? '')).join(','));
  return `${[columns.map(({ title }) => title.toLowerCase()).join(','), ...lines].join('\r\n')}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
