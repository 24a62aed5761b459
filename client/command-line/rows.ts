import type { Context } from './context.ts';
import { writeJson, writeLine, writeText } from './output.ts';
import { type Column, tableText } from './text/table.ts';

/** Writes rows as a table, or with `--json` as JSON, a line each. For an empty list, standard error has a sentence. */
export async function writeRows<Row>(
  { json, stdout, stderr }: Pick<Context, 'json' | 'stdout' | 'stderr'>,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  empty: string,
): Promise<void> {
  if (json) {
    for (const row of rows) await writeJson(stdout, row);
  } else if (rows.length === 0) {
    await writeLine(stderr, empty);
  } else {
    await writeText(stdout, tableText(columns, rows, stdout.columns));
  }
}
