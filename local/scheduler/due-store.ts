import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import type { GroupCommit } from '../group-commit.ts';
import { type ScheduleDefinition, storedDefinition } from './schedule-definition.ts';

const dueRow = z.object({
  id: z.number(),
  group_name: z.string(),
  name: z.string(),
  definition: z.string(),
  scheduled_at: z.number(),
  first_attempt_at: z.nullable(z.number()),
  failures: z.number(),
  given_up: z.number(),
  next_attempt_at: z.number(),
});

/**
 * One version of a schedule that is to be sent, and the state of its delivery. Times are in milliseconds since the
 * epoch.
 */
export interface DueSchedule {
  readonly id: number;
  readonly group: string;
  readonly name: string;
  readonly definition: ScheduleDefinition;
  readonly scheduledAt: number;
  readonly firstAttemptAt: number | undefined;
  /** How many tries in a row have failed: to the target or, once it is given up, to the dead-letter queue. */
  readonly failures: number;
  /** The retry policy is used up: only the dead-letter queue remains. */
  readonly givenUp: boolean;
  readonly nextAttemptAt: number;
}

/**
 * The schedules that are still to be sent, by time. A version that was replaced or deleted meanwhile is not changed.
 */
export class DueStore {
  readonly #commits: GroupCommit;
  readonly #pending;
  readonly #delete;
  readonly #settle;
  readonly #postpone;

  constructor(database: DatabaseSync, commits: GroupCommit) {
    this.#commits = commits;
    this.#pending = database.prepare(`
      SELECT * FROM schedules WHERE next_attempt_at IS NOT NULL ORDER BY next_attempt_at, id`);
    this.#delete = database.prepare('DELETE FROM schedules WHERE id = ?');
    this.#settle = database.prepare('UPDATE schedules SET next_attempt_at = NULL WHERE id = ?');
    this.#postpone = database.prepare(`
      UPDATE schedules SET failures = ?, given_up = ?, first_attempt_at = ?, next_attempt_at = ? WHERE id = ?`);
  }

  /** The schedules that are not being sent now, earliest first. Change none before the last of them was taken. */
  *waiting(isSending: (group: unknown, name: unknown) => boolean): Generator<DueSchedule> {
    for (const found of this.#pending.iterate()) {
      if (isSending(found.group_name, found.name)) continue;
      const due = z.parse(dueRow, found);
      yield {
        id: due.id,
        group: due.group_name,
        name: due.name,
        definition: storedDefinition(due.definition),
        scheduledAt: due.scheduled_at,
        firstAttemptAt: due.first_attempt_at ?? undefined,
        failures: due.failures,
        givenUp: due.given_up === 1,
        nextAttemptAt: due.next_attempt_at,
      };
    }
  }

  /**
   * Ends the schedule as its ActionAfterCompletion says: deletes it, or keeps it without sending it again. Resolves
   * once that is on disk.
   */
  async complete({ id, definition }: DueSchedule): Promise<void> {
    this.#commits.join();
    (definition.ActionAfterCompletion === 'DELETE' ? this.#delete : this.#settle).run(id);
    await this.#commits.settled();
  }

  /** Resolves once the next attempt is on disk. */
  async postpone(
    { id }: DueSchedule,
    state: { failures: number; givenUp: boolean; firstAttemptAt: number; nextAttemptAt: number },
  ): Promise<void> {
    this.#commits.join();
    this.#postpone.run(state.failures, Number(state.givenUp), state.firstAttemptAt, state.nextAttemptAt, id);
    await this.#commits.settled();
  }
}
