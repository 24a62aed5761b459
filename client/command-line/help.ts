import { type Command, Help, type HelpConfiguration } from 'commander';
import type { Context } from './context.ts';
import { itemOfHelp, sentencesOfHelp } from './help-text.ts';
import { overviewText } from './overview.ts';

/** The examples at the end of a command's help: `.addHelpText('after', examples('warden list uploads'))`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** Sentences below the examples, as wide as the terminal: `.addHelpText('after', notes(context, 'It runs all the same.'))`. */
export function notes(context: Pick<Context, 'stdout'>, text: string): () => string {
  return () => `\n${sentencesOfHelp(text, context.stdout.columns)}`;
}

/** How helps look, also on a narrow terminal. */
export const helpConfiguration: HelpConfiguration = {
  showGlobalOptions: true,
  /** "list|items": the help of the command shows what follows. */
  subcommandTerm: (command: Command) => [command.name(), ...command.aliases().slice(0, 1)].join('|'),
  styleUsage(this: Help, text) {
    const title = 'Usage: '.length;
    return sentencesOfHelp(`${' '.repeat(title)}${text}`, this.helpWidth, title).slice(title);
  },
  boxWrap: (text, width) => sentencesOfHelp(text, width),
  formatItem(this: Help, term, termWidth, description) {
    return itemOfHelp(term, termWidth, description, this.helpWidth);
  },
  formatHelp(this: Help, command, helper) {
    return command.parent
      ? Help.prototype.formatHelp.call(this, command, helper)
      : overviewText(this.helpWidth);
  },
};
