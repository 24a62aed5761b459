import { IncidentRecord } from '../../../model/incident/incident-record.ts';
import type { registryKinds } from '../../../names/registry-kinds.ts';
import { deleteEntry, type Entries, putEntry, readEntry, type Unreadable } from '../entries.ts';
import { allEntries, type EntryPage } from '../entry-pages.ts';

export type Listing = Pick<EntryPage, 'order' | 'after' | 'limit'>;

/** Incidents that are ending or past, each under its id. */
export class KeptIncidents {
  readonly #entries: Entries;
  readonly #kind: string;

  constructor(entries: Entries, kind: typeof registryKinds.endingIncident | typeof registryKinds.incident) {
    this.#entries = entries;
    this.#kind = kind;
  }

  /** Every incident by id, starting after `after`; an error for each incident that cannot be read (P8). */
  all(listing: Listing = {}): AsyncGenerator<IncidentRecord | Unreadable> {
    return allEntries(this.#entries, IncidentRecord, this.#kind, { limit: 100, ...listing });
  }

  async read(id: string): Promise<IncidentRecord | undefined> {
    return readEntry(this.#entries, IncidentRecord, this.#kind, id);
  }

  /** Writes an incident unconditionally: a repeat writes the same. */
  async put(incident: IncidentRecord): Promise<void> {
    await putEntry(this.#entries, { ...incident, kind: this.#kind, name: incident.id });
  }

  /** Removes an incident in the revision of the snapshot. False if it has another revision or is gone. */
  async remove({ id, revision }: Pick<IncidentRecord, 'id' | 'revision'>): Promise<boolean> {
    return deleteEntry(this.#entries, this.#kind, id, ['#revision = :revision'], { revision });
  }
}
