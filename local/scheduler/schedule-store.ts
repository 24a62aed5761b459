import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import type { GroupCommit } from '../group-commit.ts';
import { inTransaction } from './database.ts';
import { type ScheduleDefinition, storedDefinition } from './schedule-definition.ts';

const stamps = { created_at: z.number(), modified_at: z.number() };
const row = z.object({ group_name: z.string(), name: z.string(), definition: z.string(), ...stamps });
const summaryRow = z.object({
  group_name: z.string(),
  name: z.string(),
  state: z.string(),
  target: z.string(),
  ...stamps,
});
export type ScheduleSummary = z.infer<typeof summaryRow>;

/** A schedule to store. Times are in milliseconds since the epoch. */
export interface NewSchedule {
  readonly group: string;
  readonly name: string;
  readonly definition: ScheduleDefinition;
  readonly scheduledAt: number;
  /** When the schedule is sent; null if it is disabled and never sent. */
  readonly fireAt: number | null;
}

/** The schedules that clients create, read and delete. A change is on disk once `commits` has settled. */
export class ScheduleStore {
  readonly #database: DatabaseSync;
  readonly #commits: GroupCommit;
  readonly #insert;
  readonly #get;
  readonly #delete;
  readonly #list;

  constructor(database: DatabaseSync, commits: GroupCommit) {
    this.#database = database;
    this.#commits = commits;
    this.#insert = database.prepare(`
      INSERT INTO schedules
        (group_name, name, state, definition, created_at, modified_at, scheduled_at, next_attempt_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (group_name, name) DO NOTHING`);
    this.#get = database.prepare('SELECT * FROM schedules WHERE group_name = ? AND name = ?');
    this.#delete = database.prepare('DELETE FROM schedules WHERE group_name = ? AND name = ?');
    this.#list = database.prepare(`
      SELECT group_name, name, state, created_at, modified_at,
        json_extract(definition, '$.Target.Arn') AS target
      FROM schedules
      WHERE (:group IS NULL OR group_name = :group) AND substr(name, 1, length(:prefix)) = :prefix
        AND (:state IS NULL OR state = :state) AND (group_name, name) > (:afterGroup, :afterName)
      ORDER BY group_name, name LIMIT :limit`);
  }

  /** Returns false and changes nothing if there is a schedule with this name. */
  create(schedule: NewSchedule, now: number): boolean {
    return this.#write(schedule, now, now);
  }

  /** Returns false and changes nothing if there is no schedule with this name. */
  replace(schedule: NewSchedule, now: number): boolean {
    this.#commits.join();
    return inTransaction(this.#database, () => {
      const old = this.get(schedule.group, schedule.name);
      if (old === undefined) return false;
      this.delete(schedule.group, schedule.name);
      return this.#write(schedule, old.createdAt, now);
    });
  }

  get(group: string, name: string) {
    const found = this.#get.get(group, name);
    if (found === undefined) return undefined;
    const { definition, created_at, modified_at } = z.parse(row, found);
    return {
      definition: storedDefinition(definition),
      createdAt: created_at,
      modifiedAt: modified_at,
    };
  }

  delete(group: string, name: string): boolean {
    this.#commits.join();
    return this.#delete.run(group, name).changes === 1;
  }

  list(choice: {
    group: string | null;
    prefix: string;
    state: string | null;
    afterGroup: string;
    afterName: string;
    limit: number;
  }): ScheduleSummary[] {
    return this.#list.all(choice).map((found) => z.parse(summaryRow, found));
  }

  #write(
    { group, name, definition, scheduledAt, fireAt }: NewSchedule,
    created: number,
    now: number,
  ): boolean {
    const text = JSON.stringify(definition);
    this.#commits.join();
    const { changes } = this.#insert.run(
      group,
      name,
      definition.State,
      text,
      created,
      now,
      scheduledAt,
      fireAt,
    );
    return changes === 1;
  }
}
