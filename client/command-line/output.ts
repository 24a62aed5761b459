import type { Context } from './context.ts';
import { type Column, tableText } from './text/table.ts';

/** One JSON document in a line, or an entry of a list. */
export function printJson({ stdout }: Pick<Context, 'stdout'>, value: unknown): void {
  stdout.write(`${JSON.stringify(value)}\n`);
}

/** A sentence or block of text, with a line end. */
export function print({ stdout }: Pick<Context, 'stdout'>, text: string): void {
  stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** What is said beside the result, so that the result alone can be piped. */
export function say({ stderr }: Pick<Context, 'stderr'>, text: string): void {
  stderr.write(`${text}\n`);
}

/** Rows as a table, or with `--json` as JSON, a line each. An empty list is said on standard error. */
export function printRows<Row>(
  context: Context,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  empty: string,
): void {
  if (context.json) {
    for (const row of rows) printJson(context, row);
  } else if (rows.length === 0) {
    say(context, empty);
  } else {
    print(context, tableText(columns, rows, context.stdout.columns));
  }
}

/** `--workflow` and other lines of a name and a value. Lines without a value are left out. */
export function factsText(facts: readonly (readonly [string, string | undefined])[]): string {
  const shown = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${value}\n`).join('');
}

/** The reader's time zone, if it is not that of the process. */
export function zoneOf({ env }: Pick<Context, 'env'>): string | undefined {
  return env.TZ === '' ? undefined : env.TZ;
}
