import { type Address, command, inAnHour } from './commands.ts';
import { totalOf } from './counts-text.ts';
import { itemsOfIncident, itemsQuery } from './incident-items.ts';
import type { Notification } from './notification.ts';
import { pathOf } from './path-of.ts';
import { itemPath } from './query-form.ts';

/** The calls that help with overdue and failed items. */
export function resumeItems(notification: Notification, address?: Address): string[] {
  const { workflow, counts, items, steps } = notification;
  const states = (['overdue', 'failed'] as const).filter((state) => counts[state] > 0);
  const [only] = totalOf(notification) === 1 ? items : [];
  const [first, ...others] = steps;
  const example =
    first?.step !== undefined && others.length > 0 ? `, such as "step": ${JSON.stringify(first.step)}` : '';
  return [
    only
      ? `Item: ${command({ method: 'GET', path: itemPath(workflow, only.item) }, address)}`
      : listLine(notification, address),
    ...acknowledgeLines(notification, address),
    silenceLine(notification, address),
    ...(states.length === 0
      ? []
      : [
          resumeLine(
            'Resume, first as a dry run',
            notification,
            only ? { ids: [only.item] } : { states },
            address,
          ),
          ...(only
            ? []
            : [`  Leave out dryRun to resume them. Add a filter to resume a part of them${example}.`]),
        ]),
  ];
}

/** The calls that help with items that were not started in time. */
export function resumeNotStarted(notification: Notification, address?: Address): string[] {
  const ids = notification.items.slice(0, 1).map(({ item }) => item);
  return [
    listLine(notification, address),
    ...acknowledgeLines(notification, address),
    silenceLine(notification, address),
    ...(ids.length === 0
      ? []
      : [
          resumeLine(
            'Resume items that are not in the queue, by ids, first as a dry run',
            notification,
            { ids },
            address,
          ),
        ]),
  ];
}

export function listLine({ workflow, kind, counts }: Notification, address?: Address): string {
  const query = itemsQuery(itemsOfIncident(kind, counts) ?? {});
  return `List: ${command({ method: 'GET', path: `${pathOf('list', { workflow })}?${query}` }, address)}`;
}

/** No line if somebody has acknowledged the incident. */
export function acknowledgeLines({ incident, acknowledged }: Notification, address?: Address): string[] {
  if (acknowledged) return [];
  const path = pathOf('acknowledge-incident', { incident });
  return [`Acknowledge: ${command({ method: 'PATCH', path, body: { acknowledged: true } }, address)}`];
}

export function silenceLine({ workflow, at }: Notification, address?: Address): string {
  const path = pathOf('silence-workflow', { workflow });
  const body = { until: inAnHour(at), reason: 'working on it' };
  return `Silence for an hour: ${command({ method: 'PUT', path, body }, address)}`;
}

function resumeLine(what: string, { workflow }: Notification, filter: object, address?: Address): string {
  const path = pathOf('start-redrive', { workflow });
  return `${what}: ${command({ method: 'POST', path, body: { ...filter, dryRun: true } }, address)}`;
}
