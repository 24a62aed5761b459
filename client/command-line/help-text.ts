import { wrapped } from './text/wrap.ts';

/** Of what is no terminal. */
const usualColumns = 80;
/** A description goes below its term if it has fewer columns than this beside it. */
const leastColumns = 30;

/** An option or a command with what it does, as the line or lines of a help. */
export function itemOfHelp(
  term: string,
  longestTerm: number,
  description: string,
  width = usualColumns,
): string {
  if (description === '') return `  ${term}`;
  const indent = longestTerm + 4;
  if (width - indent >= leastColumns) {
    return wrapped(`  ${term.padEnd(longestTerm)}  ${description}`, width, indent);
  }
  return `  ${term}\n${wrapped(`      ${description}`, width, 6)}`;
}

/** Sentences, as wide as the terminal. `indent` is that of the lines after the first. */
export function sentencesOfHelp(text: string, width = usualColumns, indent = 0): string {
  return wrapped(text, width, indent);
}
