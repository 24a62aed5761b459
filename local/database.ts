import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AbstractKeyIterator, AbstractValueIterator } from 'abstract-level';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import { InProcessTransport } from './in-process-transport.ts';

// dynalite ends its iterators by `return`, which the iterators of this Level do not have. Each query would leave one
// open, with the rows that it has read ahead and the files as they were then: some KB of memory, and more of disk, for
// each page of a list.
for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator]) {
  Object.defineProperty(prototype, 'return', { value: prototype.close, configurable: true });
}

export interface Database {
  endpoint: string;
  transport: InProcessTransport;
  close(): Promise<void>;
}

/**
 * DynamoDB in this process: on disk, or in memory without a path.
 *
 * Throws an error with `code` DATA_CORRUPT if the files in the folder cannot be read as a store, and DATABASE_FAILED if
 * the disk refuses to write them.
 */
export async function startDatabase(path: string | undefined): Promise<Database> {
  if (path !== undefined) await checkStore(path);
  const server = dynalite({
    ...(path !== undefined && { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    transport: new InProcessTransport(server),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) => {
        server.close((error?: Error) => (error ? reject(error) : resolve()));
      });
    },
  };
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
