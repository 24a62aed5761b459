import type { DatabaseSync } from 'node:sqlite';

/** Whether a transaction is open. Node has `isTransaction` since 22.16; before, a BEGIN fails in a transaction and only there. */
export function isInTransaction(database: DatabaseSync): boolean {
  const known: boolean | undefined = database.isTransaction;
  if (known !== undefined) return known;
  try {
    database.exec('BEGIN');
  } catch {
    return true;
  }
  database.exec('ROLLBACK');
  return false;
}
