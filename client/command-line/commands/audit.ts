import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { AuditOptions } from '../options/audit.ts';

/** `warden audit` */
export function auditCommand(context: Context): Command {
  return new LazyCommand('audit')
    .argument('[workflow]', 'only of this workflow')
    .option('-w, --workflow <name>', 'only of this workflow')
    .option('--limit <number>', 'at most this many, the latest first; 50 by default')
    .option('--all', 'all entries; they are kept for 90 days')
    .addHelpText(
      'after',
      examples(
        'warden audit',
        'warden audit orders --limit 10',
        `warden audit --all --json | jq -r 'select(.action == "token-created") | .by'`,
      ),
    )
    .action(async (named: string | undefined, options: AuditOptions) => {
      const { audit } = await import('../actions/audit.ts');
      const workflow = options.workflow ?? named;
      await audit(context, { ...options, ...(workflow !== undefined && { workflow }) });
    });
}
