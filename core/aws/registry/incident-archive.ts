import { IncidentRecord, LastEnd, slotOf } from '../../model/incident/incident-record.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import {
  allEntries,
  connectEntries,
  deleteEntry,
  type Entries,
  getEntry,
  putEntry,
  readEntry,
  type Unreadable,
} from './entries.ts';

/**
 * Kinds of incidents in the registry table: open ones under their workflow; ending ones and past ones under their id
 * (docs/adr/0012).
 */
export type IncidentPlace =
  | typeof registryKinds.openIncident
  | typeof registryKinds.endingIncident
  | typeof registryKinds.incident;

/** Incidents for the sweep and for readers: all of them, and their end. */
export class IncidentArchive {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  static connect(environment: RegistryEnvironment, _: Running, clients: Clients): IncidentArchive {
    return new IncidentArchive(connectEntries(environment, clients));
  }

  /** Every incident of a kind, by name, starting after `after`; an error for each incident that cannot be read (P8). */
  all(
    place: IncidentPlace,
    {
      order = 'asc',
      after,
      pageSize = 100,
    }: { order?: 'asc' | 'desc'; after?: string; pageSize?: number } = {},
  ): AsyncGenerator<IncidentRecord | Unreadable> {
    return allEntries(this.#entries, IncidentRecord, place, { order, after, limit: pageSize });
  }

  async read(place: IncidentPlace, name: string): Promise<IncidentRecord | undefined> {
    return readEntry(this.#entries, IncidentRecord, place, name);
  }

  /** Writes an incident of a kind under its id, unconditionally: a repeat writes the same. */
  async put(
    place: Exclude<IncidentPlace, typeof registryKinds.openIncident>,
    incident: IncidentRecord,
  ): Promise<void> {
    await putEntry(this.#entries, { ...incident, kind: place, name: incident.id });
  }

  /**
   * The end of the last incident of a workflow and kind. An unreadable record must not hold up the end of the next
   * incident.
   */
  async lastEnd(slot: string): Promise<LastEnd | undefined> {
    const found = await getEntry(this.#entries, LastEnd, registryKinds.lastIncident, slot);
    return found && 'error' in found ? undefined : found;
  }

  async putLastEnd(slot: string, { resolvedAt, round }: LastEnd): Promise<void> {
    await putEntry(this.#entries, { kind: registryKinds.lastIncident, name: slot, resolvedAt, round });
  }

  /**
   * Removes an incident in the revision of the snapshot. False if it has another revision or is gone. The id must
   * match too: the next incident of the workflow may be open in its place with the same revision.
   */
  async remove(
    place: IncidentPlace,
    {
      id,
      workflow,
      incidentKind,
      revision,
    }: Pick<IncidentRecord, 'id' | 'workflow' | 'incidentKind' | 'revision'>,
  ): Promise<boolean> {
    const name = place === registryKinds.openIncident ? slotOf(workflow, incidentKind) : id;
    return deleteEntry(this.#entries, place, name, ['#id = :id', '#revision = :revision'], { id, revision });
  }
}
