import type { DatabaseSync } from 'node:sqlite';
import { isInTransaction } from './is-in-transaction.ts';

interface Group {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Writes of one turn of the event loop in one transaction: a transaction costs more than the write in it. Code that
 * replies to a call first waits for `settled`, so nothing is acknowledged before it is on disk.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  #group: Group | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** To be called before each write. */
  join(): void {
    // After some errors, such as a full disk, SQLite has already rolled back.
    if (this.#group && !isInTransaction(this.#database)) this.flush();
    if (this.#group) return;
    this.#database.exec('BEGIN IMMEDIATE');
    this.#group = Promise.withResolvers<void>();
    // Some writers do not wait.
    this.#group.promise.catch(() => {});
    setImmediate(() => this.flush());
  }

  /**
   * Resolves once all earlier writes are committed; undefined if they are already. Rejects if they were rolled back.
   */
  settled(): Promise<void> | undefined {
    return this.#group?.promise;
  }

  /** Commits all writes now. */
  flush(): void {
    const group = this.#group;
    if (group === undefined) return;
    this.#group = undefined;
    try {
      if (!isInTransaction(this.#database)) throw rolledBack();
      this.#database.exec('COMMIT');
      group.resolve();
    } catch (error) {
      if (isInTransaction(this.#database)) this.#database.exec('ROLLBACK');
      group.reject(error);
    }
  }
}

function rolledBack(): Error {
  const error = new Error('the transaction was rolled back because another write in it failed');
  return Object.assign(error, { code: 'ERR_SQLITE_ERROR' });
}
