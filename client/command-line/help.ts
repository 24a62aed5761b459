import { type Command, Help, type HelpConfiguration } from 'commander';
import type { Context } from './context.ts';

/** The examples at the end of a command's help: `.addHelpText('after', examples('warden list uploads'))`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** Sentences below the examples, as wide as the terminal: `.addHelpText('after', notes(context, 'It runs all the same.'))`. */
export function notes({ stdout }: Pick<Context, 'stdout'>, text: string): () => string {
  return () => `\n${new Help().boxWrap(text, stdout.columns ?? usualColumns)}`;
}

/** Of what is no terminal. */
const usualColumns = 80;
/** A description goes below its term if it has fewer columns than this beside it. */
const leastColumns = 30;
const indent = ' '.repeat(6);

/** How helps look, also on a narrow terminal. */
export const helpConfiguration: HelpConfiguration = {
  showGlobalOptions: true,
  minWidthToWrap: leastColumns,
  /** "list|items": the help of the command shows what follows. */
  subcommandTerm: (command: Command) => [command.name(), ...command.aliases().slice(0, 1)].join('|'),
  styleUsage(this: Help, text) {
    const title = 'Usage: '.length;
    return this.boxWrap(text, widthOf(this) - title).replaceAll('\n', `\n${' '.repeat(title)}`);
  },
  formatItem(this: Help, term, termWidth, description, helper) {
    if (widthOf(this) - termWidth - 4 >= leastColumns || description === '') {
      return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
    }
    const below = this.boxWrap(description, widthOf(this) - indent.length).replaceAll('\n', `\n${indent}`);
    return `  ${term}\n${indent}${below}`;
  },
};

function widthOf({ helpWidth = usualColumns }: Help): number {
  return helpWidth;
}
