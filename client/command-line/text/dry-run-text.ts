import type { DryRun } from '../../../core/contract/dry-run.ts';
import { durationText } from '../../../core/contract/duration-text.ts';
import { numberText } from '../../../core/contract/number-text.ts';
import type { Context } from '../context.ts';
import { relativeText } from './times.ts';

/** What a redrive or discard would do, in a few lines. */
export function dryRunText(
  { now }: Pick<Context, 'now'>,
  verb: string,
  workflow: string,
  run: DryRun,
): string {
  const { count, more, oldest, bytes, takesMs, subscriptions, items, steps, unknown } = run;
  const lines = [
    count === 0
      ? `No overdue or failed item of ${workflow} matches.`
      : `${numberText(count)}${more ? ' or more' : ''} ${count === 1 ? 'item' : 'items'} of ${workflow} would be ${verb}${takesMs === undefined ? '' : `, in ${durationText(takesMs)}`}.`,
    ...(oldest === undefined ? [] : [`The oldest was registered ${relativeText(oldest, now())}.`]),
    ...(bytes > 0 && count > 0 ? [`Their data has ${numberText(Math.ceil(bytes / 1024))} KB.`] : []),
    ...(items.length > 0 ? [`First: ${firstItems(items, count)}`] : []),
    ...(steps && steps.length > 0
      ? [
          `The other filters match items after ${steps.map(({ step, count: of }) => `${step ?? 'no step'} (${numberText(of)})`).join(', ')}.`,
        ]
      : []),
    ...(unknown && unknown.count > 0
      ? [
          `${unknown.count === 1 ? '1 id has' : `${numberText(unknown.count)} ids have`} no open item, such as ${unknown.ids.slice(0, 5).join(', ')}.`,
        ]
      : []),
    ...(subscriptions === 0
      ? ['No upstream service is subscribed to redrives: nobody would receive the items.']
      : []),
  ];
  return lines.join('\n');
}

function firstItems(items: DryRun['items'], count: number): string {
  const shown = items.slice(0, 5).map(({ item, step, lostAfter }) => {
    const last = step ?? lostAfter?.step;
    return last === undefined ? item : `${item} (after ${last})`;
  });
  return shown.join(', ') + (count > shown.length ? ', …' : '');
}
