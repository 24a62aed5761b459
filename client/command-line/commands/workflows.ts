import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden workflows` */
export function workflowsCommand(context: Context): Command {
  return new LazyCommand('workflows')
    .option('--breached', 'only workflows with overdue, failed or not started items, or an open incident')
    .addHelpText(
      'after',
      examples(
        'warden workflows',
        'warden workflows --breached',
        "warden workflows --json | jq -r 'select(.counts.overdue > 0) | .workflow'",
      ),
    )
    .action(async (options: { breached?: true }) => {
      const { listWorkflows } = await import('../actions/workflows.ts');
      await listWorkflows(context, options);
    });
}
