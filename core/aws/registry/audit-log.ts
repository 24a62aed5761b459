import type { Clock } from '../../clock.ts';
import type { AuditEntry } from '../../contract/audit.ts';
import { instant } from '../../contract/time.ts';
import { AuditRecord } from '../../model/access/audit-record.ts';
import { timeOrderedId } from '../../model/time-ordered-id.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import { ProblemError } from '../../problem-error.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import {
  connectEntries,
  type Entries,
  forgetEntries,
  pageOfEntries,
  putEntry,
  type Unreadable,
} from './entries.ts';

/**
 * Writes the entry of one request, right before what it asks for is tried; when that is tried again it writes no other.
 * Throws a 503 problem when the entry cannot be written: nothing may be done then.
 */
export type Note = (done: Pick<AuditEntry, 'action' | 'subject' | 'workflow'>) => Promise<void>;

/**
 * Who did what, in the registry table. An entry is written before anything is done: nothing is ever done without one,
 * what then failed has one too, and what was tried again may have two.
 */
export class AuditLog {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;
  readonly #clock: Clock;

  constructor(entries: Entries, clock: Clock) {
    this.#entries = entries;
    this.#clock = clock;
  }

  static connect(environment: RegistryEnvironment, { clock }: Running, clients: Clients): AuditLog {
    return new AuditLog(connectEntries(environment, clients), clock);
  }

  async record(entry: Omit<AuditEntry, 'at'>): Promise<void> {
    const now = this.#clock.now();
    const key = { kind: registryKinds.audit, name: timeOrderedId(now) };
    await putEntry(this.#entries, { ...key, at: instant(now), ...entry });
  }

  /** Notes what one caller does, of this workflow if not of another. */
  noteFor(by: string, workflow?: string): Note {
    let isNoted = false;
    return async (done) => {
      if (isNoted) return;
      await this.record({ by, ...(workflow !== undefined && { workflow }), ...done }).catch(
        (cause: unknown) => {
          const detail = 'who does this could not be noted in the audit log, so nothing was done; try again';
          throw new ProblemError('unavailable', detail, { cause });
        },
      );
      isNoted = true;
    };
  }

  /** Removes entries from before that time, in ms since the epoch: the oldest, `most` at a time. */
  async forget(before: number, most: number): Promise<void> {
    await forgetEntries(this.#entries, registryKinds.audit, timeOrderedId(before), most);
  }

  /** Entries, the latest first, from the one after `after` on. */
  async page(
    after: string | undefined,
    limit: number,
  ): Promise<{ records: (AuditRecord | Unreadable)[]; last: string | undefined }> {
    return pageOfEntries(this.#entries, AuditRecord, registryKinds.audit, { after, limit, order: 'desc' });
  }
}
