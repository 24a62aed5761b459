import { numberText } from '../../../core/contract/number-text.ts';
import type { Workflow } from '../../../core/contract/workflow.ts';
import type { Context } from '../context.ts';
import { factsText } from './facts.ts';
import { bothText, zoneOf } from './times.ts';

/**
 * A workflow: counts, silence and settings. The settings are in the form `key=value` that `warden settings` accepts.
 */
export function settingsText(context: Context, workflow: Workflow): string {
  const { workflow: name, counts, silence, firstSeenAt, nextCheckAt, oldestBreached, ...settings } = workflow;
  const time = (at: string | undefined) => at && bothText(at, context.now(), zoneOf(context));
  const { waiting, overdue, failed, notStarted = 0 } = counts;
  const facts = factsText(
    [
      ['Workflow', name],
      [
        'Items',
        [
          `${numberText(waiting)} waiting`,
          `${numberText(overdue)} overdue`,
          `${numberText(failed)} failed`,
          ...(notStarted > 0 ? [`${numberText(notStarted)} not started`] : []),
        ].join(', ') + (counts.capped ? ', or more' : ''),
      ],
      ['Oldest lost', time(oldestBreached)],
      ['Next check', time(nextCheckAt)],
      ['First seen', time(firstSeenAt)],
      ['Silence', silence && `until ${time(silence.until)}: ${silence.reason} (${silence.by})`],
    ],
    context.stdout.columns,
  );
  const assignments = assignmentsOf(settings);
  return `${facts}\n${assignments.length === 0 ? 'No settings: all have their defaults.\n' : assignments.map((one) => `${one}\n`).join('')}`;
}

/** Settings as `name=value`, with a dot for each level. */
export function assignmentsOf(settings: object, prefix = ''): string[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? assignmentsOf(value, `${prefix}${name}.`)
      : [`${prefix}${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`],
  );
}
