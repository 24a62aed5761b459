import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { IncidentsOptions } from '../options/incidents.ts';

/** `warden incidents`, `warden incidents show` */
export function incidentsCommand(context: Context): Command {
  const command = new LazyCommand('incidents')
    .alias('incident')
    .argument('[workflow]', 'only of this workflow')
    .option('-w, --workflow <name>', 'only of this workflow')
    .option('--all', 'also resolved incidents of the past 90 days')
    .option('--limit <number>', 'at most this many')
    .option('--fail-if-any', 'exit with 6 if an incident is open')
    .addHelpText(
      'after',
      examples(
        'warden incidents',
        'warden incidents --all -w orders',
        'warden incidents show orders',
        'warden incidents --json | jq -r .id',
      ),
    )
    .action(async (named: string | undefined, options: IncidentsOptions) => {
      const { listIncidents } = await import('../actions/incidents.ts');
      const workflow = options.workflow ?? named;
      await listIncidents(context, { ...options, ...(workflow !== undefined && { workflow }) });
    });
  return command.addCommand(
    new LazyCommand('show')
      .alias('timeline')
      .description('show an incident: counts, what its items have in common, its timeline, what to do')
      .argument('<incident>', 'its id, or the name of a workflow for its open incidents')
      .addHelpText(
        'after',
        examples(
          'warden incidents show orders',
          'warden incidents show 0mx0jjmvvj7klpwdh1xc --json | jq .timeline',
        ),
      )
      .action(async (idOrWorkflow: string) => {
        const { showIncidents } = await import('../actions/incidents.ts');
        await showIncidents(context, idOrWorkflow);
      }),
  );
}
