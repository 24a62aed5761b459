import databases, { type Done, type Operation, type Store } from 'dynalite/db/index.js';

/** What a store is about to write: the rows of indexes, then the item. */
interface Gathering {
  rows: Operation[];
  /** Rows are gathered now, instead of written. */
  isOpen: boolean;
}

const gatherings = new WeakMap<Store, Gathering>();
const nothing = () => {};

/**
 * dynalite writes the rows of an item's indexes one after the other, and then the item: three waits for each change,
 * and a process that is killed in between leaves a row that belongs to no item. Here they are one write, which is kept
 * as a whole or not at all.
 */
export function writeTogether(store: Store): void {
  const { db } = store;
  const { put, del, batch } = db;
  const gathering: Gathering = { rows: [], isOpen: false };
  gatherings.set(store, gathering);
  const write = (operation: Operation, done: Done, alone: () => unknown) => {
    if (gathering.isOpen) return gathering.rows.push(operation);
    const rows = gathering.rows.splice(0);
    return rows.length === 0 ? alone() : batch([...rows, operation], done);
  };
  db.put = (...given) => {
    const [key, value, done] = given as [string, unknown, Done];
    return write({ type: 'put', key, value }, done, () => put(...given));
  };
  db.del = (...given) => {
    const [key, done] = given as [string, Done];
    return write({ type: 'del', key }, done, () => del(...given));
  };
}

const { updateIndexes, getIndexActions } = databases;
databases.updateIndexes = (store, table, before, after, done) => {
  const gathering = gatherings.get(store);
  if (gathering === undefined) return updateIndexes(store, table, before, after, done);
  gathering.isOpen = true;
  for (const type of ['Local', 'Global'] as const) {
    const { puts, deletes } = getIndexActions(table[`${type}SecondaryIndexes`] ?? [], before, after, table);
    const rowsOf = (index: string) => store.getIndexDb(type, table.TableName, index);
    for (const { index, key } of deletes) rowsOf(index).del(key, nothing);
    for (const { index, key, item } of puts) rowsOf(index).put(key, item, nothing);
  }
  gathering.isOpen = false;
  // The item is written at once by whoever is called here: nothing else comes in between.
  return done(null);
};
