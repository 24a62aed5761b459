import { widthOf } from './table.ts';

/**
 * A line as lines of at most `width` columns, broken at blanks; without a width it stays as it is. A word, a text in
 * backquotes, and a command to copy at its end stay whole, even if they are wider: terminals copy a line that they
 * have broken themselves as one.
 *
 * @param indent blanks before the lines that follow; by default two more than the line has
 */
export function wrapped(line: string, width: number | undefined, indent = blanksOf(line) + 2): string {
  if (width === undefined || widthOf(line) <= width) return line;
  const [, prose = line, command] = /^(.+?: )(warden .+)$/.exec(line) ?? [];
  const lines = [''];
  for (const word of prose.trimEnd().match(/\s*(?:`[^`]*`|\S)+/g) ?? []) {
    const last = lines.at(-1) ?? '';
    if (last === '' || widthOf(last + word) <= width) lines[lines.length - 1] = last + word;
    else lines.push(' '.repeat(indent) + word.trimStart());
  }
  if (command !== undefined) lines.push(' '.repeat(indent) + command);
  return lines.join('\n');
}

/** Commands to copy, with what they do: beside them if that fits, else above them. */
export function commandsText(commands: readonly (readonly [string, string])[], width: number | undefined) {
  const longest = Math.max(...commands.map(([command]) => command.length));
  const beside = commands.map(([command, what]) => `${command.padEnd(longest)}  # ${what}`);
  if (width === undefined || beside.every((line) => widthOf(line) <= width)) return `${beside.join('\n')}\n`;
  return commands.map(([command, what]) => `${wrapped(`# ${what}`, width)}\n${command}\n`).join('');
}

function blanksOf(line: string): number {
  return line.length - line.trimStart().length;
}
