import pLimit from 'p-limit';
import type { Clock } from '../../clock.ts';
import { errorFields, type Log } from '../../log.ts';
import { BudgetRecord, type Spending, spend } from '../../model/warden/notification-budget.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import { contended } from '../../problem-error.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import { connectEntries, type Entries, getEntry, putEntry } from './entries.ts';

const kind = registryKinds.budget;
const name = 'notifications';
/** Every lost race means that another function has spent a part, so the budget itself ends the races. */
const mostTries = 25;

/**
 * The budget of notifications to people, in the registry table. One record: it is written only while there is budget
 * left, so no flood makes it a hot partition.
 */
export class NotificationBudget {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;
  readonly #clock: Clock;
  readonly #log: Pick<Log, 'error'>;
  readonly #oneByOne = pLimit(1);
  /** What this process has spent, which bounds it when the record cannot be used. */
  #own: readonly number[] = [];
  /** When there may be room for a notification, in ms since the epoch: until then nothing is read. */
  #roomAt = 0;

  constructor(entries: Entries, clock: Clock, log: Pick<Log, 'error'>) {
    this.#entries = entries;
    this.#clock = clock;
    this.#log = log;
  }

  static connect(
    environment: RegistryEnvironment,
    { clock, log }: Running,
    clients: Clients,
  ): NotificationBudget {
    return new NotificationBudget(connectEntries(environment, clients), clock, log);
  }

  /** Whether this process knows that no notification may be sent now, without reading anything. */
  isUsedUp(): boolean {
    const leftMs = this.#roomAt - this.#clock.now();
    // A clock that was set back must not keep people from being notified.
    return leftMs > 0 && leftMs <= 60_000;
  }

  /**
   * Whether one more notification may be sent now; if so, it counts as sent. Never throws: if the record cannot be
   * used, people are notified rather than not, within what one process may send.
   */
  async take(what: Spending): Promise<boolean> {
    return this.#oneByOne(async () => {
      const now = this.#clock.now();
      if (what === 'notification' && this.isUsedUp()) return false;
      const spent = await this.#spend(what).catch((error: unknown) => {
        this.#log.error('budget of notifications cannot be used', errorFields(error));
        return spend(this.#own, what, now);
      });
      if ('roomAt' in spent) {
        if (what === 'notification') this.#roomAt = spent.roomAt;
        return false;
      }
      const own = spend(this.#own, what, now);
      if ('recent' in own) this.#own = own.recent;
      return true;
    });
  }

  async #spend(what: Spending): Promise<ReturnType<typeof spend>> {
    for (let tries = 0; tries < mostTries; tries++) {
      const found = await getEntry(this.#entries, BudgetRecord, kind, name);
      // A record that cannot be read is replaced by a new record.
      const before = found && !('error' in found) ? found : undefined;
      const spent = spend(before?.recent ?? [], what, this.#clock.now());
      if ('roomAt' in spent) return spent;
      const conditions = found === undefined ? ['attribute_not_exists(#kind)'] : [];
      const unchanged = before ? ['#revision = :revision'] : conditions;
      const record = { kind, name, revision: (before?.revision ?? 0) + 1, recent: spent.recent };
      const values = before ? { revision: before.revision } : {};
      if (await putEntry(this.#entries, record, unchanged, values)) return spent;
    }
    throw contended('the budget of notifications');
  }
}
