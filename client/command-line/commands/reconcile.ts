import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden reconcile WORKFLOW [FILE]` */
export function reconcileCommand(context: Context): Command {
  return new LazyCommand('reconcile')
    .argument('<workflow>')
    .argument('[file]', 'ids, one a line; - is standard input', '-')
    .addHelpText(
      'after',
      examples(
        'warden reconcile orders ids.txt',
        `psql -Atc "select id from orders where not done" | warden reconcile orders`,
        "warden reconcile orders ids.txt --json | jq -r '.unknown[]'",
      ),
    )
    .action(async (workflow: string, file: string) => {
      const { reconcile } = await import('../actions/reconcile.ts');
      await reconcile(context, workflow, file);
    });
}
