import type { Incident } from '../../core/contract/incident.ts';
import type { ItemSummary } from '../../core/contract/item.ts';
import { limits } from '../../core/contract/limits.ts';
import { numberText } from '../../core/contract/number-text.ts';
import type { Context } from './context.ts';
import { call, pagesOf } from './service.ts';
import { commonText } from './text/common.ts';
import { incidentText } from './text/incident-text.ts';
import { commandsText } from './text/wrap.ts';

/** Items that are read to see what they have in common. */
const mostSampled = 2_000;

/**
 * An incident with its timeline. For an open incident also what its items have in common, and the commands that help.
 */
export async function incidentReport(context: Context, incident: Incident): Promise<string> {
  const text = incidentText(context, incident);
  if (incident.state !== 'open' || !(incident.kind in filters))
    return `${text}\n${nextCommands(context, incident)}`;
  const items = await breachedItems(context, incident);
  if (items.length === 0) return `${text}\n${nextCommands(context, incident)}`;
  const sample = items.length === mostSampled ? `\nOf the first ${numberText(mostSampled)} items:` : '';
  return `${text}${sample}\n${commonText(items, context.stdout.columns)}\n${nextCommands(context, incident)}`;
}

const filters: Record<string, (item: ItemSummary) => boolean> = {
  overdue: ({ neverStarted }) => !neverStarted,
  'not-started': ({ neverStarted }) => neverStarted === true,
};

/** The breached items that an incident is about, the oldest first. */
async function breachedItems(context: Context, { workflow, kind }: Incident): Promise<ItemSummary[]> {
  const found: ItemSummary[] = [];
  const page = (cursor: object) =>
    call(context, 'list', {
      path: { workflow },
      query: { state: ['overdue', 'failed'], limit: limits.pageItems, ...cursor },
    });
  for await (const { items } of pagesOf(page)) {
    found.push(...items.filter(filters[kind] ?? (() => true)));
    if (found.length >= mostSampled) return found.slice(0, mostSampled);
  }
  return found;
}

/** Commands to copy, with what they do. */
function nextCommands({ stdout }: Context, { workflow, kind, state, acknowledged }: Incident): string {
  if (state === 'resolved') return '';
  const filter = kind === 'not-started' ? ' --not-started' : '';
  const commands: (readonly [string, string])[] = [
    ...(acknowledged
      ? []
      : [[`warden ack ${workflow} --note "on it"`, 'say that you work on it: no more reminders'] as const]),
    [`warden silence ${workflow} 1h "on it"`, 'no notifications for an hour'],
    ...(kind === 'stuck'
      ? [[`warden list ${workflow} --state waiting --stuck`, 'the items without progress'] as const]
      : []),
    ...(kind === 'overdue' || kind === 'not-started'
      ? ([
          [`warden list ${workflow} --state overdue,failed${filter}`, 'the items; add a filter'],
          [`warden show ${workflow} ITEM`, 'one item with its data'],
          [`warden redrive ${workflow}${filter} --try 1`, 'resume one item and see what becomes of it'],
          [`warden redrive ${workflow}${filter} --rate 20 --watch`, 'resume all, 20 a second; add a filter'],
          [`warden discard ${workflow}${filter}`, 'remove items that nobody needs; add a filter'],
        ] as const)
      : []),
  ];
  const caution =
    kind === 'not-started'
      ? 'The work may be in a queue: look there first, and resume only what is not in it.\n'
      : '';
  return caution + commandsText(commands, stdout.columns);
}
