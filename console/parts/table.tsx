import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  title: string;
  of: (row: Row) => ComponentChildren;
  /** Numbers are aligned to the right. */
  isNumber?: boolean;
  /** Left out on a narrow screen, where each row is a card. */
  isExtra?: boolean;
}

/** Rows with the same columns. Each row is reached by `j` and `k` if it has a link in its first cell. */
export function Table<Row>({
  caption,
  rows,
  columns,
  keyOf,
}: {
  caption: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
}) {
  const classOf = ({ isNumber, isExtra }: Column<Row>) =>
    [isNumber && 'number', isExtra && 'extra'].filter(Boolean).join(' ');
  return (
    <div class="scroll">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" class={classOf(column)} key={column.title}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} data-key={keyOf(row)}>
              {columns.map((column) => (
                <td class={classOf(column)} data-title={column.title} key={column.title}>
                  {column.of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The keys of the rows that can be seen now. */
export function keysOnScreen(): string[] {
  const rows = [...document.querySelectorAll<HTMLElement>('tr[data-key]')];
  return rows.flatMap((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return bottom > 0 && top < innerHeight ? [row.dataset.key ?? ''] : [];
  });
}
