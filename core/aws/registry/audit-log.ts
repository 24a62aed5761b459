import { isDeepStrictEqual } from 'node:util';
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
import { connectEntries, type Entries, putEntry, type Unreadable } from './entries.ts';
import { forgetEntries, pageOfEntries } from './entry-pages.ts';

/**
 * Writes an audit entry of one request, right before the action. If the action is retried, the same entry is not written
 * again; if the retry does something else, that has an entry of its own. Throws a 503 problem if the entry cannot be
 * written: then nothing may be done.
 */
export type Note = (done: Omit<AuditEntry, 'at' | 'by'>) => Promise<void>;

/**
 * The audit log, in the registry table: who did what. Every action has an entry. An action that failed has one too; a
 * retried one may have two.
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

  /** Returns the function that writes the audit entries of one request. The workflow defaults to `workflow`. */
  noteFor(by: string, workflow?: string): Note {
    const noted: unknown[] = [];
    return async (done) => {
      if (noted.some((one) => isDeepStrictEqual(one, done))) return;
      await this.record({ by, ...(workflow !== undefined && { workflow }), ...done }).catch(
        (cause: unknown) => {
          const detail = 'the entry in the audit log could not be written, so nothing was done; try again';
          throw new ProblemError('unavailable', detail, { cause });
        },
      );
      noted.push(done);
    };
  }

  /** Deletes entries older than `before` (ms since the epoch), the oldest first, at most `most`. */
  async forget(before: number, most: number): Promise<void> {
    await forgetEntries(this.#entries, registryKinds.audit, timeOrderedId(before), most);
  }

  /** Entries, latest first, starting after `after`. */
  async page(
    after: string | undefined,
    limit: number,
  ): Promise<{ records: (AuditRecord | Unreadable)[]; last: string | undefined }> {
    return pageOfEntries(this.#entries, AuditRecord, registryKinds.audit, { after, limit, order: 'desc' });
  }
}
