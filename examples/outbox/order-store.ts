import { DatabaseSync } from 'node:sqlite';

/** An order whose registration has not reached the warden yet. */
export interface OutboxRow {
  id: number;
  item: string;
  /** The body of the registration, as JSON. */
  body: string;
  /** When it was written, in ms since the epoch. */
  at: number;
}

/** Orders, and an outbox of the registrations that belong to them, in one database. */
export class OrderStore {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS orders (item TEXT PRIMARY KEY, customer TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS outbox (
        id INTEGER PRIMARY KEY,
        item TEXT NOT NULL,
        body TEXT NOT NULL,
        at INTEGER NOT NULL,
        refused TEXT
      ) STRICT;
    `);
  }

  /** Writes the order and its registration in one transaction: either both are there or none is. */
  place(item: string, customer: string): void {
    // The run makes a repeated registration recognisable, also after the order was completed.
    const body = { timeout: 60, data: { item, customer }, run: `placed-${item}` };
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#database.prepare('INSERT INTO orders (item, customer) VALUES (?, ?)').run(item, customer);
      this.#database
        .prepare('INSERT INTO outbox (item, body, at) VALUES (?, ?, ?)')
        .run(item, JSON.stringify(body), Date.now());
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** The oldest registrations that have not reached the warden. */
  unregistered(limit: number): OutboxRow[] {
    const rows = this.#database
      .prepare('SELECT id, item, body, at FROM outbox WHERE refused IS NULL ORDER BY id LIMIT ?')
      .all(limit);
    return rows as unknown as OutboxRow[];
  }

  registered(id: number): void {
    this.#database.prepare('DELETE FROM outbox WHERE id = ?').run(id);
  }

  /** Keeps a registration that the warden refused, with the reason, for people to look at. */
  refused(id: number, reason: string): void {
    this.#database.prepare('UPDATE outbox SET refused = ? WHERE id = ?').run(reason, id);
  }

  orders(): string[] {
    return this.#database
      .prepare('SELECT item FROM orders ORDER BY item')
      .all()
      .map(({ item }) => String(item));
  }

  close(): void {
    this.#database.close();
  }
}
