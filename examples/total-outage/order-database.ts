import { DatabaseSync } from 'node:sqlite';
import type { Order } from './made-up-orders.ts';

/** The pipeline's only records and its queue, in one file. */
export class OrderDatabase {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec('CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, text TEXT) STRICT');
    this.#database.exec('CREATE TABLE IF NOT EXISTS queue (id TEXT PRIMARY KEY) STRICT');
  }

  /** Adds an order and queues it. Repeats change nothing. */
  add(order: Order): void {
    const insert = this.#database.prepare('INSERT OR IGNORE INTO orders VALUES (?, ?)');
    const { changes } = insert.run(order.id, JSON.stringify(order));
    if (changes > 0) this.#database.prepare('INSERT INTO queue VALUES (?)').run(order.id);
  }

  /** Ids of the next orders in the queue. */
  queued(most: number): string[] {
    const rows = this.#database.prepare('SELECT id FROM queue ORDER BY id LIMIT ?').all(most);
    return rows.map(({ id }) => String(id));
  }

  unqueue(id: string): void {
    this.#database.prepare('DELETE FROM queue WHERE id = ?').run(id);
  }

  /** All orders by id. */
  orders(): Order[] {
    const rows = this.#database.prepare('SELECT text FROM orders ORDER BY id').all();
    return rows.map(({ text }) => JSON.parse(String(text)) as Order);
  }
}
