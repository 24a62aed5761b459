import type { IncidentCounts, IncidentKind } from './incident.ts';
import type { OpenState } from './item.ts';

/** Filters and order of a list of items, as calls.ts has them: its types would bring every operation into the hot path. */
interface ItemFilters {
  state?: OpenState[];
  started?: boolean;
  stuck?: boolean;
  sort?: 'deadline';
}

/**
 * The list of the items that an incident is about; undefined of a shortfall, whose items are missing. No filter says who was
 * warned of, so a warning has all that wait, the next deadline first.
 *
 * @param counts to list only overdue or only failed items if there are no others
 */
export function itemsOfIncident(
  kind: IncidentKind,
  counts?: Pick<IncidentCounts, 'overdue' | 'failed'>,
): ItemFilters | undefined {
  switch (kind) {
    case 'overdue': {
      const states = (['overdue', 'failed'] as const).filter(
        (state) => counts === undefined || counts[state] > 0,
      );
      return { state: states.length > 0 ? states : ['overdue', 'failed'] };
    }
    case 'not-started':
      return { state: ['overdue'], started: false };
    case 'warning':
      return { state: ['waiting'], sort: 'deadline' };
    case 'stuck':
      return { state: ['waiting'], stuck: true };
    case 'shortfall':
      return undefined;
  }
}

/** The filters as a query string has them. */
export function itemsQuery(filters: ItemFilters): string {
  const values = Object.entries(filters).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, String(one)]),
  );
  return new URLSearchParams(values).toString();
}
