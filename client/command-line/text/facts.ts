import { wrapped } from './wrap.ts';

/** Where a value goes below its name, because it has fewer columns than this beside it. */
const leastColumns = 20;

/**
 * Lines of a name and a value. A name without a value is left out.
 *
 * @param width the columns of the terminal; without it no value is broken
 */
export function factsText(
  facts: readonly (readonly [string, string | undefined])[],
  width: number | undefined,
): string {
  const shown = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
  const names = Math.max(...shown.map(([name]) => name.length)) + 2;
  const indent = width === undefined || width - names >= leastColumns ? names : 2;
  return shown
    .map(([name, value]) => `${wrapped(`${`${name}:`.padEnd(names)}${value}`, width, indent)}\n`)
    .join('');
}
