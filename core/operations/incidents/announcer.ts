import pLimit from 'p-limit';
import { readQueues } from '../../aws/items/queues.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { announceWithinMs, lostAfterMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { type Announcing, announce, type Reported } from './announce.ts';

/** How many incidents are announced at the same time. */
const parallel = 16;
/** Milliseconds between two checks whether the other items of a batch are reported. */
const askEveryMs = 500;

/**
 * Collects the reports of one invocation, so that the first notification of an incident has the whole batch: items that
 * are due together are reported page after page, by many invocations at the same time.
 */
export class Announcer {
  readonly #service: Announcing;
  readonly #wait: Ports['wait'];
  readonly #reported = new Map<string, Reported>();

  /** @param wait absent for a caller that cannot wait until a batch is complete */
  constructor(service: Announcing, wait?: Ports['wait']) {
    this.#service = service;
    this.#wait = wait;
  }

  add({ incident, opened, records }: Reported): void {
    const before = this.#reported.get(incident.id);
    this.#reported.set(incident.id, {
      incident,
      opened: opened || before?.opened === true,
      records: [...(before?.records ?? []), ...records],
    });
  }

  /** Announces the incidents that have been open for so long that people must not wait for the rest. */
  async announceDue(): Promise<void> {
    const now = this.#service.clock.now();
    await this.#announce(({ incident }) => incident.notified === 0 && now >= notifyBy(incident));
  }

  /** Announces the incidents whose first notification these reports have claimed. */
  async announceClaimed(): Promise<void> {
    await this.#announce(({ opened }) => opened);
  }

  /**
   * Announces the other incidents. An incident whose batch is not complete waits for the functions that report the
   * rest.
   */
  async announceAll(): Promise<void> {
    await this.#announce(() => true);
  }

  async #announce(which: (reported: Reported) => boolean): Promise<void> {
    const chosen = [...this.#reported.values()].filter(which);
    for (const { incident } of chosen) this.#reported.delete(incident.id);
    await pLimit(parallel).map(chosen, async (reported) => {
      if (reported.opened) await this.#batchComplete(reported.incident);
      await announce(this.#service, reported);
    });
  }

  /** Waits until no item that is due is left in the queue of waiting items, for a few seconds at most. */
  async #batchComplete(incident: IncidentRecord): Promise<void> {
    const { items, registry, clock } = this.#service;
    const wait = this.#wait;
    if (wait === undefined) return;
    try {
      const queues = await readQueues(registry, incident.workflow);
      // Items that were due earlier are lost or cannot be read.
      const from = instant(Date.parse(incident.openedAt) - lostAfterMs);
      for (let waited = 0; waited < announceWithinMs; waited += askEveryMs) {
        const now = clock.now();
        if (now >= notifyBy(incident) || !(await items.byTime.hasDue(queues, from, instant(now)))) return;
        await wait(askEveryMs);
      }
    } catch {
      // `announce` meets the same error and logs it. Without it, people are notified at once.
    }
  }
}

function notifyBy({ openedAt }: IncidentRecord): number {
  return Date.parse(openedAt) + announceWithinMs;
}
