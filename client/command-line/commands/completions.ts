import { Argument, type Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { declareAll, LazyCommand } from '../lazy-command.ts';

/** `warden completions SHELL` */
export function completionsCommand(context: Context): Command {
  const command = new LazyCommand('completions')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      examples(
        'eval "$(warden completions bash)"',
        'warden completions zsh >> ~/.zshrc',
        'warden completions fish > ~/.config/fish/completions/warden.fish',
      ),
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completions } = await import('../actions/completions.ts');
      const program = command.parent ?? command;
      declareAll(program);
      await completions(context, program, shell);
    });
  return command;
}
