import { mkdirSync } from 'node:fs';
import { buildApp } from 'fauxqs';
import { fauxqsParts, type Persistence } from './fauxqs-parts.ts';
import { GroupCommit } from './group-commit.ts';
import { InProcessTransport } from './in-process-transport.ts';

export interface Messaging {
  transport: InProcessTransport;
  close(): Promise<void>;
}

/**
 * SNS and SQS in this process: on disk, or in memory without a path.
 *
 * Assembled from fauxqs's parts (like its startFauxqs), because startFauxqs always listens on 0.0.0.0, where anyone
 * on the network could read notifications and timers (P9). This listens nowhere. The version is pinned for that reason. Throws an error
 * with `code` DATA_CORRUPT if the folder's database cannot be read.
 */
export async function startMessaging(path: string | undefined): Promise<Messaging> {
  const { PersistenceManager, SqsStore, SnsStore, S3Store } = fauxqsParts;
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  let persistence: Persistence | undefined;
  let commits: GroupCommit | undefined;
  if (path !== undefined) {
    mkdirSync(path, { recursive: true });
    try {
      persistence = new PersistenceManager(path);
      // Waiting for the disk at each message would take most of a storm's time. Accepted messages survive the end of
      // the process. A power cut can lose the last moments, as with schedules and tables.
      persistence.db.exec('PRAGMA synchronous = NORMAL');
      persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
    } catch (cause) {
      if (!isCorrupt(cause)) throw cause;
      throw Object.assign(
        new Error(`the database in ${path} cannot be read: ${(cause as Error).message}`, { cause }),
        { code: 'DATA_CORRUPT' },
      );
    }
    commits = new GroupCommit(persistence.db);
    joinBeforeWrites(persistence, commits);
    stores.sqsStore.persistence = persistence;
    stores.snsStore.persistence = persistence;
    for (const queue of stores.sqsStore.allQueues()) {
      queue.persistence = persistence;
      // Their receivers are gone with the process, so waiting for the visibility timeout is pointless. They come back
      // in the order in which they were sent, before all messages sent later.
      const received = [...queue.inflightMessages.values()].map(({ message }) => message);
      queue.inflightMessages.clear();
      queue.messages = [...received, ...queue.messages].sort((a, b) => a.sentTimestamp - b.sentTimestamp);
    }
  }
  const app = buildApp({ logger: false, host: '127.0.0.1', stores: stores as never });
  await app.ready();
  const transport = new InProcessTransport(
    (request, response) => app.routing(request, response),
    () => commits?.settled(),
  );
  return {
    transport,
    close: async () => {
      transport.close();
      await app.close();
      commits?.flush();
      persistence?.close();
    },
  };
}

/** The writes for each message. All other writes are rare, and have a transaction of their own. */
function joinBeforeWrites(persistence: Persistence, commits: GroupCommit): void {
  for (const name of ['insertMessage', 'deleteMessage', 'updateMessageInflight'] as const) {
    const write = persistence[name];
    persistence[name] = (...given) => {
      commits.join();
      write.apply(persistence, given);
    };
  }
}

/** A full disk, or a disk that cannot be written, is no damage: https://www.sqlite.org/rescode.html */
function isCorrupt(error: unknown): boolean {
  const { code, errcode = 0 } = error as { code?: string; errcode?: number };
  const [sqliteCorrupt, sqliteNotADatabase] = [11, 26];
  return code !== 'ERR_SQLITE_ERROR' || [sqliteCorrupt, sqliteNotADatabase].includes(errcode & 0xff);
}
