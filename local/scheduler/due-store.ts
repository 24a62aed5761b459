import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import { type ScheduleDefinition, storedDefinition } from './schedule-definition.ts';

const pendingRow = z.object({
  id: z.number(),
  group_name: z.string(),
  name: z.string(),
  next_attempt_at: z.number(),
});
export type Pending = z.infer<typeof pendingRow>;

const dueRow = z.object({
  ...pendingRow.shape,
  definition: z.string(),
  scheduled_at: z.number(),
  first_attempt_at: z.nullable(z.number()),
  failures: z.number(),
  given_up: z.number(),
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
}

/**
 * The schedules that are still to be sent, by time. A version that was replaced or deleted meanwhile is not changed.
 */
export class DueStore {
  readonly #pending;
  readonly #load;
  readonly #delete;
  readonly #settle;
  readonly #postpone;

  constructor(database: DatabaseSync) {
    this.#pending = database.prepare(`
      SELECT id, group_name, name, next_attempt_at FROM schedules
      WHERE next_attempt_at IS NOT NULL ORDER BY next_attempt_at, id`);
    this.#load = database.prepare('SELECT * FROM schedules WHERE id = ?');
    this.#delete = database.prepare('DELETE FROM schedules WHERE id = ?');
    this.#settle = database.prepare('UPDATE schedules SET next_attempt_at = NULL WHERE id = ?');
    this.#postpone = database.prepare(`
      UPDATE schedules SET failures = ?, given_up = ?, first_attempt_at = ?, next_attempt_at = ? WHERE id = ?`);
  }

  /** The earliest schedule that is not being sent now. */
  next(isSending: (group: unknown, name: unknown) => boolean): Pending | undefined {
    for (const found of this.#pending.iterate()) {
      if (!isSending(found.group_name, found.name)) return z.parse(pendingRow, found);
    }
    return undefined;
  }

  load(id: number): DueSchedule {
    const due = z.parse(dueRow, this.#load.get(id));
    return {
      id,
      group: due.group_name,
      name: due.name,
      definition: storedDefinition(due.definition),
      scheduledAt: due.scheduled_at,
      firstAttemptAt: due.first_attempt_at ?? undefined,
      failures: due.failures,
      givenUp: due.given_up === 1,
    };
  }

  /** Ends the schedule as its ActionAfterCompletion says: deletes it, or keeps it without sending it again. */
  complete({ id, definition }: DueSchedule): void {
    (definition.ActionAfterCompletion === 'DELETE' ? this.#delete : this.#settle).run(id);
  }

  postpone(
    { id }: DueSchedule,
    state: { failures: number; givenUp: boolean; firstAttemptAt: number; nextAttemptAt: number },
  ): void {
    this.#postpone.run(state.failures, Number(state.givenUp), state.firstAttemptAt, state.nextAttemptAt, id);
  }
}
