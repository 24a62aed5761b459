import { AbstractKeyIterator, AbstractValueIterator } from 'abstract-level';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import databases, { type Store } from 'dynalite/db/index.js';
import { InProcessTransport } from './in-process-transport.ts';
import './parsed-expressions.ts';
import './plain-values.ts';
import { TableStore } from './table-store.ts';

// dynalite ends its iterators by `return`, which the iterators of this Level do not have. Each query would leave one
// open, with the rows that it has read ahead and the files as they were then: some KB of memory, and more of disk, for
// each page of a list.
for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator]) {
  Object.defineProperty(prototype, 'return', { value: prototype.close, configurable: true });
}

export interface Database {
  transport: InProcessTransport;
  close(): Promise<void>;
}

/**
 * DynamoDB in this process, on disk, or in memory without a path. It listens nowhere.
 * Throws an error with `code` DATA_CORRUPT when the folder's files cannot be read as a store, DATABASE_FAILED when
 * the disk does not let them be written.
 *
 * @param onFault called with each error of the store; its calls are answered 500 until the store is sound again
 */
export async function startDatabase(
  path: string | undefined,
  onFault: (error: Error) => void = () => {},
): Promise<Database> {
  if (path !== undefined) await checkStore(path);
  const { server, store } = createDynalite(path);
  const tables = new TableStore(store, onFault);
  const transport = new InProcessTransport((request, response) => {
    void tables.pass(() => server.emit('request', request, response), response);
  });
  return {
    transport,
    close: async () => {
      transport.close();
      await tables.close();
    },
  };
}

/** dynalite closes its store only together with a port, and it has none here: so its store is kept as it is created. */
function createDynalite(path: string | undefined) {
  const { create } = databases;
  let store: Store | undefined;
  databases.create = (options) => {
    store = create(options);
    return store;
  };
  try {
    const none = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
    const server = dynalite({ ...(path !== undefined && { path }), ...none });
    if (store === undefined) throw new Error('dynalite has created no store');
    return { server, store };
  } finally {
    databases.create = create;
  }
}

/**
 * If dynalite cannot open its store, it answers every request with 500. Opening the store first shows the error at
 * once.
 */
async function checkStore(path: string): Promise<void> {
  const store = new ClassicLevel(path);
  try {
    await store.open();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
    const damaged = !/No space left|Permission denied|Read-only/.test(cause.message);
    throw Object.assign(new Error(`the store ${path} cannot be opened: ${cause.message}`, { cause }), {
      code: damaged ? 'DATA_CORRUPT' : 'DATABASE_FAILED',
    });
  }
  await store.close();
}
