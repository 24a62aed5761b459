import databases, { type Done, type Operation, type Store } from 'dynalite/db/index.js';

/** The writes of a store in this turn of the event loop, and the calls that wait for them. */
interface Gathering {
  operations: Operation[];
  waiting: Done[];
}

const gatherings = new WeakMap<Store, Gathering>();

/**
 * dynalite writes the rows of an item's indexes one after the other, and then the item: three waits for each change,
 * and a process that is killed in between leaves a row that belongs to no item. Here they are one write, which is kept
 * as a whole or not at all. The same write also has the rows of other calls in the same turn of the event loop.
 */
export function writeTogether(store: Store): void {
  const { db } = store;
  const { batch } = db;
  const gathering: Gathering = { operations: [], waiting: [] };
  gatherings.set(store, gathering);
  const flush = () => {
    const operations = gathering.operations.splice(0);
    const waiting = gathering.waiting.splice(0);
    batch(operations, (error: Error | null) => {
      for (const done of waiting) done(error);
    });
  };
  const write = (operation: Operation, done: Done) => {
    gathering.operations.push(operation);
    if (gathering.waiting.push(done) === 1) setImmediate(flush);
  };
  const { put, del } = db;
  // Level calls itself without a callback when it is still opening.
  db.put = (...given) => {
    const [key, value, done] = given as [string, unknown, Done | undefined];
    return typeof done === 'function' ? write({ type: 'put', key, value }, done) : put(...given);
  };
  db.del = (...given) => {
    const [key, done] = given as [string, Done | undefined];
    return typeof done === 'function' ? write({ type: 'del', key }, done) : del(...given);
  };
}

/** For rows that are not waited for: `done` writes their item in the same turn, and so in the same write. */
const unwatched = () => {};

const { updateIndexes, getIndexActions } = databases;
databases.updateIndexes = (store, table, before, after, done) => {
  if (!gatherings.has(store)) return updateIndexes(store, table, before, after, done);
  for (const type of ['Local', 'Global'] as const) {
    const { puts, deletes } = getIndexActions(table[`${type}SecondaryIndexes`] ?? [], before, after, table);
    const rowsOf = (index: string) => store.getIndexDb(type, table.TableName, index);
    for (const { index, key } of deletes) rowsOf(index).del(key, unwatched);
    for (const { index, key, item } of puts) rowsOf(index).put(key, item, unwatched);
  }
  return done(null);
};
