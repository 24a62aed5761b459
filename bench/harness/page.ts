import type { MeasuredPart, RecordedPart, Results } from './result.ts';

/** Three digits are enough to compare; whole numbers stay whole. */
export function shown(cell: number | string): string {
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '–';
  if (Number.isInteger(cell) || Math.abs(cell) >= 100) return String(Math.round(cell));
  // Two significant digits: rounded to hundredths, a small figure would look equal to its target.
  if (cell !== 0 && Math.abs(cell) < 0.1) return String(Number(cell.toPrecision(2)));
  return cell.toFixed(Math.abs(cell) < 10 ? 2 : 1);
}

/** A table for a terminal. */
export function textTable({ columns, rows }: MeasuredPart): string {
  const table = [columns, ...rows.map((row) => row.map(shown))];
  const widths = columns.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
  return table.map((row) => line(row).join('  ').trimEnd()).join('\n');
}

function markdownTable({ columns, rows }: MeasuredPart): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, column) => (column === 0 ? '---' : '--:'));
  return [line(columns), line(rule), ...rows.map((row) => line(row.map(shown)))].join('\n');
}

function provenance(name: string, { at, commit, changed, size, seconds, machine }: RecordedPart): string {
  const option = size === 'usual' ? '' : ` --${size}`;
  return (
    `\`npm run bench -- --only ${name}${option}\`, ${at.slice(0, 10)}, commit ${commit}${changed ? ' with changes' : ''}, ` +
    `${machine.processors} × ${machine.model}, ${machine.memoryGb} GB, Node ${machine.node}, ${seconds} s.`
  );
}

const block = /<!-- bench:([a-z-]+) -->\n[\s\S]*?<!-- \/bench -->/g;
const targetsBlock = /<!-- targets -->\n[\s\S]*?<!-- \/targets -->/;

/**
 * The page with the recorded figures in its blocks, `<!-- bench:storm -->` to `<!-- /bench -->`. The text around them
 * stays. A part that was never recorded says so. The block `<!-- targets -->` gets the table of the targets.
 */
export function withResults(page: string, results: Results, targets: MeasuredPart): string {
  const judged = page.replace(
    targetsBlock,
    () => `<!-- targets -->\n${markdownTable(targets)}\n<!-- /targets -->`,
  );
  return judged.replace(block, (_, name: string) => {
    const part = results[name];
    const text = part
      ? `${markdownTable(part)}\n\n${provenance(name, part)}`
      : `Not recorded yet: \`npm run bench -- --only ${name} --write\`.`;
    return `<!-- bench:${name} -->\n${text}\n<!-- /bench -->`;
  });
}

/** The names of the parts that a page shows. */
export function partsOf(page: string): string[] {
  return [...page.matchAll(block)].map(([, name = '']) => name);
}
