import { LastEnd } from '../../../model/incident/incident-record.ts';
import { registryKinds } from '../../../names/registry-kinds.ts';
import { type Entries, getEntry, putEntry } from '../entries.ts';

const kind = registryKinds.lastIncident;

/** The end of the last incident of each workflow and kind. */
export class LastEnds {
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  /** An unreadable record must not hold up the end of the next incident, so it counts as missing. */
  async read(slot: string): Promise<LastEnd | undefined> {
    const found = await getEntry(this.#entries, LastEnd, kind, slot);
    return found && 'error' in found ? undefined : found;
  }

  async put(slot: string, { resolvedAt, round }: LastEnd): Promise<void> {
    await putEntry(this.#entries, { kind, name: slot, resolvedAt, round });
  }
}
