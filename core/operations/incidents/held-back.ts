import pLimit from 'p-limit';
import { mostDigested } from '../../contract/digest.ts';
import { digestText } from '../../contract/digest-text.ts';
import { type Digested, digestOf } from '../../model/incident/digest.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { notificationId } from '../../model/incident/notification.ts';
import type { Ports } from '../../ports.ts';

/** How SNS accepted a notification as a part of a digest. */
export interface InDigest {
  digest: string;
  at: string;
}

interface Held extends Digested {
  record: (told: InDigest) => Promise<unknown>;
}

/** How many incidents are recorded as notified at the same time. */
const parallel = 16;

/**
 * The notifications that the budget holds back in one sweep, and the digest of them. Which notifications are due
 * follows from the incidents' records alone. The next sweep therefore finds every notification that was not sent
 * because of a crash or an empty budget.
 */
export class HeldBack {
  readonly #held = new Map<string, Held>();

  /** @param record records on the incident that SNS has accepted the digest */
  hold(digested: Digested, record: Held['record']): void {
    this.#held.set(notificationId(digested.incident, digested.facts.event), { ...digested, record });
  }

  holdsEndOf(ended: IncidentRecord): boolean {
    return this.#held.has(notificationId(ended, 'resolved'));
  }

  /**
   * Publishes the digest, and records it on each incident only after SNS has accepted it (P3). If the incidents do not
   * fit one digest, several are sent. Throws the first error after all other work is done (P8).
   */
  async notify({ notifications, budget, clock }: Pick<Ports, 'notifications' | 'budget' | 'clock'>) {
    const all = [...this.#held.values()];
    const failed: unknown[] = [];
    for (let from = 0; from < all.length; from += mostDigested) {
      if (!(await budget.take('digest'))) break;
      const part = all.slice(from, from + mostDigested);
      const digest = digestOf(part, clock.now());
      await notifications.publish(digest, digestText(digest, notifications.address));
      await pLimit(parallel).map(part, ({ record }) =>
        record({ digest: digest.id, at: digest.at }).catch((error: unknown) => failed.push(error)),
      );
    }
    this.#held.clear();
    if (failed.length > 0) throw failed[0];
  }
}
