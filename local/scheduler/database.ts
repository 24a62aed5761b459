import { DatabaseSync } from 'node:sqlite';
import { isInTransaction } from '../is-in-transaction.ts';
import { defaultGroup } from './resource-names.ts';

// Users see no ExperimentalWarning: the pinned Node 24.21 prints none for node:sqlite.

/** The file cannot be opened: another process uses it, or it is not an intact database of schedules. */
export class DataError extends Error {
  readonly code: 'DATA_IN_USE' | 'DATA_CORRUPT';

  constructor(code: 'DATA_IN_USE' | 'DATA_CORRUPT', message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DataError';
    this.code = code;
  }
}

// 'warS' in ASCII: distinguishes our files from databases of other programs.
const applicationId = 0x77617253;

// AUTOINCREMENT never uses an id twice, and an update takes a new one. An id therefore names one version of a schedule:
// work that was started for one version cannot affect the next.
const schema = `
  CREATE TABLE groups (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL) STRICT;
  CREATE TABLE schedules (
    id INTEGER PRIMARY KEY AUTOINCREMENT, group_name TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
    definition TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL,
    scheduled_at INTEGER NOT NULL, next_attempt_at INTEGER, first_attempt_at INTEGER,
    failures INTEGER NOT NULL DEFAULT 0, given_up INTEGER NOT NULL DEFAULT 0,
    UNIQUE (group_name, name)) STRICT;
  CREATE INDEX schedules_by_time ON schedules (next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
  PRAGMA application_id = ${applicationId};`;

/**
 * Opens the database of schedules in `path`, and creates it if it does not exist. No other process can open it
 * meanwhile. Acknowledged changes survive the end of the process; a power cut can lose the last moments
 * (synchronous=NORMAL).
 */
export function openDatabase(path: string, now: number): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // The lock is taken by the first transaction and kept until the database is closed.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
    const faults = database.prepare('PRAGMA quick_check(1)').all();
    if (faults[0]?.quick_check !== 'ok') throw new DataError('DATA_CORRUPT', `${path} is damaged`, faults);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    createSchema(database, path, now);
    return database;
  } catch (error) {
    database.close();
    throw explained(error, path);
  }
}

function createSchema(database: DatabaseSync, path: string, now: number): void {
  if (database.prepare('PRAGMA application_id').get()?.application_id === applicationId) return;
  if (database.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined) {
    throw new DataError('DATA_CORRUPT', `${path} is a database of another program, not of schedules`);
  }
  inTransaction(database, () => {
    database.exec(schema);
    database.prepare('INSERT INTO groups VALUES (?, ?, ?)').run(defaultGroup, now, now);
  });
}

/** Runs `work` in a transaction, or in a part of the open transaction: either all of its writes are kept, or none. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  const [begin, end, undo] = isInTransaction(database)
    ? ['SAVEPOINT part', 'RELEASE part', 'ROLLBACK TO part']
    : ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'];
  database.exec(begin);
  try {
    const result = work();
    database.exec(end);
    return result;
  } catch (error) {
    // After some errors, such as a full disk, SQLite has already rolled back.
    if (isInTransaction(database)) database.exec(undo);
    throw error;
  }
}

const sqliteBusy = 5;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

function explained(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error;
  // The low byte is the primary result code: https://www.sqlite.org/rescode.html
  const code = Number(error.errcode) & 0xff;
  if (code === sqliteBusy) return new DataError('DATA_IN_USE', `${path} is in use by another process`, error);
  if (code === sqliteCorrupt || code === sqliteNotADatabase) {
    return new DataError('DATA_CORRUPT', `${path} is not a sound database of schedules`, error);
  }
  return error;
}
