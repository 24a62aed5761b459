import truncatedWidth from 'fast-string-truncated-width';
import { printable } from '../printable.ts';

export interface Column<Row> {
  title: string;
  /** The text of a cell; undefined if the row has none. */
  cell: (row: Row) => string | undefined;
  /** Numbers are at the right. */
  align?: 'right';
  /** The columns with the highest rank are shortened, then left out, when the table is too wide. */
  rank: number;
}

const gap = '  ';
/** Cells are shortened to this many characters before their column is left out. */
const leastWidth = 8;

/**
 * A table with a line for each row. It has no borders, so that other programs can split it; an empty cell is "-".
 *
 * @param width the columns of the terminal; without it nothing is shortened
 */
export function tableText<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width = Number.POSITIVE_INFINITY,
): string {
  const texts = columns.map(({ title, cell }) => [title, ...rows.map((row) => lineOf(cell(row)))]);
  const widths = fitted(
    texts.map((cells) => Math.max(...cells.map(widthOf))),
    columns,
    width,
  );
  const shown = columns.flatMap((column, index) => {
    const columnWidth = widths[index];
    return columnWidth === undefined ? [] : [{ column, columnWidth, cells: texts[index] ?? [] }];
  });
  const lines = [undefined, ...rows].map((_, row) =>
    shown
      .map(({ column, columnWidth, cells }) => padded(cells[row] ?? '', columnWidth, column.align))
      .join(gap)
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** The width of each column; undefined for a column that is left out. */
function fitted<Row>(natural: readonly number[], columns: readonly Column<Row>[], width: number) {
  const widths: (number | undefined)[] = [...natural];
  const total = () => {
    const present = widths.filter((one) => one !== undefined);
    return present.reduce((sum, one) => sum + one, 0) + gap.length * Math.max(0, present.length - 1);
  };
  const byRank = columns.map(({ rank }, index) => ({ rank, index })).sort((a, b) => b.rank - a.rank);
  const shorten = (index: number, least: number) => {
    const now = widths[index] ?? 0;
    widths[index] = Math.min(now, Math.max(least, now - (total() - width)));
  };
  for (const { index } of byRank.slice(0, -1)) {
    if (total() <= width) return widths;
    shorten(index, leastWidth);
    if (total() > width) widths[index] = undefined;
  }
  const last = byRank.at(-1);
  if (last !== undefined && total() > width) shorten(last.index, 1);
  return widths;
}

function lineOf(text: string | undefined): string {
  // A reason can have several lines.
  return text === undefined || text === '' ? '-' : printable(text).replaceAll(/\s+/g, ' ');
}

/** The columns of a terminal that a text takes. */
export function widthOf(text: string): number {
  return truncatedWidth(text).width;
}

function padded(text: string, width: number, align?: 'right'): string {
  const cut = cutTo(text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return align === 'right' ? space + cut : cut + space;
}

/** The text, shortened to this many columns of a terminal: East Asian characters and emoji take two. */
export function cutTo(text: string, width: number): string {
  const { index, ellipsed } = truncatedWidth(text, { limit: width, ellipsis: '…', ellipsisWidth: 1 });
  return ellipsed ? `${text.slice(0, index)}…` : text.slice(0, index);
}
