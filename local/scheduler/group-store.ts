import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import type { GroupCommit } from '../group-commit.ts';
import { inTransaction } from './database.ts';

const row = z.object({ name: z.string(), created_at: z.number(), modified_at: z.number() });
export type Group = z.infer<typeof row>;

/** The schedule groups. Deleting a group deletes its schedules. */
export class GroupStore {
  readonly #database: DatabaseSync;
  readonly #commits: GroupCommit;
  readonly #insert;
  readonly #get;
  readonly #delete;
  readonly #deleteSchedules;
  readonly #list;

  constructor(database: DatabaseSync, commits: GroupCommit) {
    this.#database = database;
    this.#commits = commits;
    this.#insert = database.prepare('INSERT INTO groups VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.#get = database.prepare('SELECT * FROM groups WHERE name = ?');
    this.#delete = database.prepare('DELETE FROM groups WHERE name = ?');
    this.#deleteSchedules = database.prepare('DELETE FROM schedules WHERE group_name = ?');
    this.#list = database.prepare(`
      SELECT * FROM groups WHERE substr(name, 1, length(:prefix)) = :prefix AND name > :after
      ORDER BY name LIMIT :limit`);
  }

  /** Returns false and changes nothing if there is a group with this name. */
  create(name: string, now: number): boolean {
    this.#commits.join();
    return this.#insert.run(name, now, now).changes === 1;
  }

  get(name: string): Group | undefined {
    const found = this.#get.get(name);
    return found && z.parse(row, found);
  }

  delete(name: string): boolean {
    this.#commits.join();
    return inTransaction(this.#database, () => {
      this.#deleteSchedules.run(name);
      return this.#delete.run(name).changes === 1;
    });
  }

  list(choice: { prefix: string; after: string; limit: number }): Group[] {
    return this.#list.all(choice).map((found) => z.parse(row, found));
  }
}
