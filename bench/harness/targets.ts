import type { Part } from './part.ts';
import type { MeasuredPart, Results, Target } from './result.ts';

/** The number in the cell in the row with this first cell and the first column with this name. */
export function cellOf({ columns, rows }: MeasuredPart, row: string, column: string): number {
  const cell = rows.find(([name]) => name === row)?.[columns.indexOf(column)];
  return Number.parseFloat(String(cell));
}

/** The targets of the parts, in the order of the parts, compared with the results: a table of its own. */
export function targetTable(parts: Readonly<Record<string, Part>>, results: Results): MeasuredPart {
  const rows = Object.entries(parts).flatMap(([name, { targets = [] }]) =>
    targets.map((target) => rowOf(target, results[name])),
  );
  return { columns: ['target', 'asked', 'measured', ''], rows, broken: [] };
}

function rowOf(
  { name, is, bound, unit, figure }: Target,
  part: MeasuredPart | undefined,
): (string | number)[] {
  const measured = part === undefined ? Number.NaN : figure(part);
  const asked = `${is} ${bound}${unit}`;
  if (Number.isNaN(measured)) return [name, asked, Number.NaN, 'not measured'];
  const isMet = is === 'at most' ? measured <= bound : measured >= bound;
  return [name, asked, measured, isMet ? 'met' : 'not met'];
}
