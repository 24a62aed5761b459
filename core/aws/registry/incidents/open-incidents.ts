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
import { notifyingMs } from '../../../names/clockwork.ts';
import { registryKinds } from '../../../names/registry-kinds.ts';
import { contended } from '../../../problem-error.ts';
import {
  deleteEntry,
  type Entries,
  putEntry,
  readEntry,
  type Unreadable,
  updatedEntry,
  updateEntry,
} from '../entries.ts';
import { allEntries } from '../entry-pages.ts';
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
   * incident, `written` if it was opened or changed.
   *
   * @param claims whether the caller notifies people if this opens the incident. Then nobody else notifies people for a
   *   while; if the caller fails, the sweep does it.
   */
  async report(
    workflow: string,
    incidentKind: IncidentKind,
    report: Report = {},
    claims = false,
  ): Promise<{ incident: IncidentRecord; opened: boolean; written: boolean }> {
    const now = this.#clock.now();
    const mine = {
      ...newIncident(workflow, incidentKind, now, report),
      ...(claims && { claimedUntil: instant(now + notifyingMs) }),
    };
    for (let tries = 0; tries < mostTries; tries++) {
      const seen = await this.read(workflow, incidentKind);
      if (seen === undefined) {
        if (await this.#insert(mine)) return { incident: mine, opened: true, written: true };
        continue;
      }
      // An earlier try of this write succeeded and its reply was lost.
      if (seen.id === mine.id) return { incident: seen, opened: true, written: true };
      if (isReported(seen, report, this.#clock.now()))
        return { incident: seen, opened: false, written: false };
      const incident = await this.#touch(seen, report);
      if (incident) return { incident, opened: false, written: true };
    }
    throw contended(`the incident of workflow "${workflow}"`);
  }

  async read(workflow: string, incidentKind: IncidentKind): Promise<IncidentRecord | undefined> {
    return readEntry(this.#entries, IncidentRecord, kind, slotOf(workflow, incidentKind));
  }

  /** Every open incident by name, starting after `after`; an error for each incident that cannot be read (P8). */
  all(listing: Listing = {}): AsyncGenerator<IncidentRecord | Unreadable> {
    return allEntries(this.#entries, IncidentRecord, kind, { limit: 100, ...listing });
  }

  /**
   * Claims the next notification: until `notifyingMs` from now nobody else sends it. False if another function has
   * claimed it, or has sent a notification since the snapshot.
   */
  async claim(seen: IncidentRecord): Promise<boolean> {
    const now = this.#clock.now();
    return updateEntry(this.#entries, kind, slotOf(seen.workflow, seen.incidentKind), {
      set: { claimedUntil: instant(now + notifyingMs) },
      conditions: [
        '#id = :id',
        '#notified = :seen',
        '(attribute_not_exists(#claimedUntil) OR NOT #claimedUntil BETWEEN :now AND :latest)',
      ],
      values: {
        id: seen.id,
        seen: seen.notified,
        now: instant(now + 1),
        latest: instant(now + 2 * notifyingMs),
      },
    });
  }

  /** Gives up the claim on the next notification. */
  async release(seen: IncidentRecord): Promise<void> {
    await updateEntry(this.#entries, kind, slotOf(seen.workflow, seen.incidentKind), {
      set: { claimedUntil: instant(this.#clock.now()) },
      conditions: ['#id = :id', '#notified = :seen'],
      values: { id: seen.id, seen: seen.notified },
    });
  }

  /**
   * Records that SNS accepted a notification, alone or as a part of the digest with that id. False if it has accepted
   * another notification since the snapshot, or if the incident is resolved.
   */
  async recordNotified(
    seen: IncidentRecord,
    sent: Pick<
      Notification,
      'id' | 'event' | 'at' | 'counts' | 'outcomes' | 'outage' | 'recovering' | 'silenceEnded'
    >,
    digest?: string,
  ): Promise<boolean> {
    const { id, event, at, counts, outcomes, outage, recovering = { items: 0 }, silenceEnded } = sent;
    const set = {
      notified: seen.notified + 1,
      notifiedAt: at,
      counts,
      outcomes,
      updates: seen.updates + (event === 'updated' ? 1 : 0),
      heldBack: false,
      claimedUntil: at,
      recovering,
      outageTold: outage?.to,
    };
    const entries: TimelineEntry[] = [
      ...(silenceEnded ? [{ at, event: 'silence-ended' as const }] : []),
      { at, event: 'notified', notification: sentAs({ id, event }, digest), counts, outcomes },
    ];
    // Reports that arrive meanwhile do no harm.
    return this.#change(seen, set, entries, 'notified');
  }

  /** Changes an incident that is unchanged since the snapshot: a repeated write does not change it twice. */
  async change(
    seen: IncidentRecord,
    set: Partial<IncidentRecord>,
    entry: TimelineEntry,
    remove: readonly (keyof IncidentRecord)[] = [],
  ): Promise<boolean> {
    return this.#change(seen, set, [entry], 'revision', remove);
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
    entries: TimelineEntry[],
    unchanged: 'notified' | 'revision',
    remove: readonly (keyof IncidentRecord)[] = [],
  ): Promise<boolean> {
    const trimmed = isFull(seen.timeline) ? entries.reduce(withEntry, seen.timeline) : undefined;
    return updateEntry(this.#entries, kind, slotOf(seen.workflow, seen.incidentKind), {
      set: { ...set, timeline: trimmed },
      actions: [
        '#revision = #revision + :one',
        ...(trimmed ? [] : ['#timeline = list_append(#timeline, :entries)']),
      ],
      conditions: ['#id = :id', `#${unchanged} = :seen`],
      values: { one: 1, id: seen.id, seen: seen[unchanged], ...(!trimmed && { entries }) },
      remove,
    });
  }

  async #insert(record: IncidentRecord): Promise<boolean> {
    return putEntry(this.#entries, record, ['attribute_not_exists(#kind)']);
  }

  /** Undefined if the incident is no longer open. */
  async #touch(
    seen: IncidentRecord,
    { warned, outage, shortfall, markedAt, newestAt }: Report,
  ): Promise<IncidentRecord | undefined> {
    const times = {
      reportedAt: instant(Math.max(this.#clock.now(), Date.parse(seen.reportedAt))),
      markedAt: latest(markedAt, seen.markedAt),
      newestAt: latest(newestAt, seen.newestAt),
    };
    const known = Object.entries(times).flatMap(([name, time]) => (time === undefined ? [] : [name]));
    return updatedEntry(this.#entries, IncidentRecord, kind, slotOf(seen.workflow, seen.incidentKind), {
      set: { outage, shortfall, ...times },
      actions: [
        '#revision = #revision + :one',
        ...(warned === undefined ? [] : ['#warned = if_not_exists(#warned, :none) + :warned']),
      ],
      conditions: [
        '#id = :id',
        // Another report since the snapshot may be about later breaches. Then this report reads the incident again.
        ...known.map((name) => `(attribute_not_exists(#${name}) OR #${name} <= :set_${name})`),
      ],
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
