import type { Clock } from '../../../clock.ts';
import type { IncidentKind, TimelineEntry } from '../../../contract/incident.ts';
import type { Notification } from '../../../contract/notification.ts';
import { instant } from '../../../contract/time.ts';
import {
  IncidentRecord,
  isFull,
  newIncident,
  type Report,
  sentAs,
  slotOf,
  withEntry,
} from '../../../model/incident/incident-record.ts';
import { isReported } from '../../../model/incident/pacing.ts';
import { registryKinds } from '../../../names/registry-kinds.ts';
import { contended } from '../../../problem-error.ts';
import {
  allEntries,
  deleteEntry,
  type Entries,
  putEntry,
  readEntry,
  type Unreadable,
  updatedEntry,
  updateEntry,
} from '../entries.ts';
import type { Listing } from './kept-incidents.ts';

const kind = registryKinds.openIncident;
const mostTries = 8;

/** Open incidents, each under its workflow and kind. */
export class OpenIncidents {
  readonly #entries: Entries;
  readonly #clock: Clock;

  constructor(entries: Entries, clock: Clock) {
    this.#entries = entries;
    this.#clock = clock;
  }

  /**
   * Reports to the workflow's incident, and opens one if there is none. `opened` is true if this call opened the
   * incident. That caller notifies people; if it fails, the sweep does.
   */
  async report(
    workflow: string,
    incidentKind: IncidentKind,
    report: Report = {},
  ): Promise<{ incident: IncidentRecord; opened: boolean }> {
    const mine = newIncident(workflow, incidentKind, this.#clock.now(), report);
    for (let tries = 0; tries < mostTries; tries++) {
      const seen = await this.read(workflow, incidentKind);
      if (seen === undefined) {
        if (await this.#insert(mine)) return { incident: mine, opened: true };
        continue;
      }
      // An earlier try of this write succeeded and its reply was lost.
      if (seen.id === mine.id) return { incident: seen, opened: true };
      if (isReported(seen, report, this.#clock.now())) return { incident: seen, opened: false };
      const incident = await this.#touch(seen, report);
      if (incident) return { incident, opened: false };
    }
    throw contended(`the incident of workflow "${workflow}"`);
  }

  async read(workflow: string, incidentKind: IncidentKind): Promise<IncidentRecord | undefined> {
    return readEntry(this.#entries, IncidentRecord, kind, slotOf(workflow, incidentKind));
  }

  /** Every open incident by name, starting after `after`; an error for each that cannot be read (P8). */
  all(listing: Listing = {}): AsyncGenerator<IncidentRecord | Unreadable> {
    return allEntries(this.#entries, IncidentRecord, kind, { limit: 100, ...listing });
  }

  /**
   * Records that SNS accepted a notification, alone or as a part of the digest with that id. False if it has accepted
   * another since, or the incident is over.
   */
  async recordNotified(
    seen: IncidentRecord,
    told: Pick<Notification, 'id' | 'event' | 'at' | 'counts' | 'outcomes'>,
    digest?: string,
  ): Promise<boolean> {
    const { id, event, at, counts, outcomes } = told;
    const set = {
      notified: seen.notified + 1,
      notifiedAt: at,
      counts,
      outcomes,
      updates: seen.updates + (event === 'updated' ? 1 : 0),
      heldBack: false,
    };
    const entry = {
      at,
      event: 'notified' as const,
      notification: sentAs({ id, event }, digest),
      counts,
      outcomes,
    };
    // Reports that arrive meanwhile do no harm.
    return this.#change(seen, set, entry, 'notified');
  }

  /** Changes an incident that is unchanged since the snapshot: a repeated write does not change it twice. */
  async change(seen: IncidentRecord, set: Partial<IncidentRecord>, entry: TimelineEntry): Promise<boolean> {
    return this.#change(seen, set, entry, 'revision');
  }

  /**
   * Removes an incident in the revision of the snapshot. False if it has another revision or is gone. The id must
   * match too: the next incident of the workflow may be open in its place with the same revision.
   */
  async remove({
    id,
    workflow,
    incidentKind,
    revision,
  }: Pick<IncidentRecord, 'id' | 'workflow' | 'incidentKind' | 'revision'>): Promise<boolean> {
    const conditions = ['#id = :id', '#revision = :revision'];
    return deleteEntry(this.#entries, kind, slotOf(workflow, incidentKind), conditions, { id, revision });
  }

  async #change(
    seen: IncidentRecord,
    set: Partial<IncidentRecord>,
    entry: TimelineEntry,
    unchanged: 'notified' | 'revision',
  ): Promise<boolean> {
    const trimmed = isFull(seen.timeline) ? withEntry(seen.timeline, entry) : undefined;
    return updateEntry(this.#entries, kind, slotOf(seen.workflow, seen.incidentKind), {
      set: { ...set, timeline: trimmed },
      actions: [
        '#revision = #revision + :one',
        ...(trimmed ? [] : ['#timeline = list_append(#timeline, :entries)']),
      ],
      conditions: ['#id = :id', `#${unchanged} = :seen`],
      values: { one: 1, id: seen.id, seen: seen[unchanged], ...(!trimmed && { entries: [entry] }) },
    });
  }

  async #insert(record: IncidentRecord): Promise<boolean> {
    return putEntry(this.#entries, record, ['attribute_not_exists(#kind)']);
  }

  /** Undefined if the incident is no longer open. */
  async #touch(
    seen: IncidentRecord,
    { warned, outage, shortfall, markedAt }: Report,
  ): Promise<IncidentRecord | undefined> {
    const reportedAt = instant(Math.max(this.#clock.now(), Date.parse(seen.reportedAt)));
    return updatedEntry(this.#entries, IncidentRecord, kind, slotOf(seen.workflow, seen.incidentKind), {
      set: { reportedAt, outage, shortfall, markedAt: latest(markedAt, seen.markedAt) },
      actions: [
        '#revision = #revision + :one',
        ...(warned === undefined ? [] : ['#warned = if_not_exists(#warned, :none) + :warned']),
      ],
      conditions: ['#id = :id'],
      values: { one: 1, id: seen.id, ...(warned !== undefined && { warned, none: 0 }) },
    });
  }
}

function latest(...times: (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}
