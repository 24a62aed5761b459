import type { IncidentCounts, IncidentKind, IncidentOutcomes } from '../../contract/incident.ts';
import { quietBeforeEndMs, warningsOverMs } from '../../names/clockwork.ts';
import type { ItemRecord } from '../item/item-record.ts';
import { isNotStarted } from '../item/not-started.ts';
import type { BreachedQueue } from '../item/queue-names.ts';
import type { IncidentRecord } from './incident-record.ts';

/** The current facts about an open incident. */
export interface IncidentFindings {
  /** The counts of the incident (`KindRules.counts`). */
  counts: IncidentCounts;
  /** The outcomes of items so far, if they were read. */
  outcomes?: IncidentOutcomes;
  /** Resumed items that are being worked on, if they were counted, and the last next check of one of them. */
  resumed?: { count: number; until?: string };
  /** The trouble is over, for kinds of incidents that are not counted by their items. */
  over?: boolean;
}

/** The rules for incidents of one kind. The texts of their notifications are in core/contract/notification-kinds.ts. */
interface KindRules {
  /**
   * The queues of the items that the sweep's notifications list: none if the kind is not about the current state of
   * items.
   */
  itemQueues: readonly BreachedQueue[];
  /** Whether it is about items that are stuck, which only their mark in the index shows. */
  isOfStuck?: true;
  /** Whether it is about the registrations of the workflow, which the sweep judges, and not about items. */
  isOfRegistrations?: true;
  /**
   * Whether the index has when its items were breached. If not, the items breached since a time are the difference of
   * two counts.
   */
  hasBreachTimes?: true;
  /** The counts of the incident, from the workflow's counts of overdue and failed items. */
  counts(incident: Pick<IncidentRecord, 'warned'>, items: IncidentCounts): IncidentCounts;
  /** Whether anything is wrong now. If not, the incident will soon be resolved. */
  isWrong(counts: IncidentCounts): boolean;
  /** Whether the trouble is over, this many milliseconds after the last report. */
  isOver(found: IncidentFindings, quietForMs: number): boolean;
}

export const incidentKinds: Record<IncidentKind, KindRules> = {
  overdue: {
    itemQueues: ['overdue', 'failed'],
    hasBreachTimes: true,
    counts: (_, { notStarted, stuck, ...items }) => items,
    isWrong: areItemsLeft,
    isOver: areItemsDone,
  },
  'not-started': {
    itemQueues: ['not-started'],
    counts: (_, { notStarted = 0 }) => ({ overdue: 0, failed: 0, notStarted }),
    isWrong: areItemsLeft,
    isOver: areItemsDone,
  },
  warning: {
    itemQueues: [],
    counts: ({ warned = 0 }) => ({ overdue: 0, failed: 0, warned }),
    isWrong: () => true,
    isOver: (_, quietForMs) => quietForMs >= warningsOverMs,
  },
  stuck: {
    itemQueues: [],
    isOfStuck: true,
    counts: (_, { stuck = 0 }) => ({ overdue: 0, failed: 0, stuck }),
    isWrong: ({ stuck = 0 }) => stuck > 0,
    isOver: ({ counts: { stuck = 0 } }, quietForMs) => stuck === 0 && quietForMs >= quietBeforeEndMs,
  },
  shortfall: {
    itemQueues: [],
    isOfRegistrations: true,
    counts: () => ({ overdue: 0, failed: 0 }),
    isWrong: () => true,
    isOver: ({ over }) => over === true,
  },
};

function areItemsLeft({ overdue, failed, notStarted = 0, unreadable = 0 }: IncidentCounts): boolean {
  return overdue + failed + notStarted + unreadable > 0;
}

function areItemsDone({ counts, resumed }: IncidentFindings, quietForMs: number): boolean {
  return !areItemsLeft(counts) && (resumed?.count ?? 0) === 0 && quietForMs >= quietBeforeEndMs;
}

/** The kinds of incidents of items that are breached: the sweep opens them if there are such items. */
export const breachKinds = ['overdue', 'not-started'] as const;

/** The kind of the incident to which a breached item is reported. */
export function breachKindOf(record: Pick<ItemRecord, 'state' | 'neverStarted'>): IncidentKind {
  return isNotStarted(record) ? 'not-started' : 'overdue';
}
