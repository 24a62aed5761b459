import type { DatabaseSync } from 'node:sqlite';

/** Parts of fauxqs that its entry does not export. */
export interface FauxqsParts {
  PersistenceManager: new (dataDir: string) => Persistence;
  SqsStore: new () => { persistence?: Persistence; allQueues(): Iterable<StoredQueue> };
  SnsStore: new () => { persistence?: Persistence };
  S3Store: new () => object;
}

interface StoredQueue {
  persistence?: Persistence;
  messages: StoredMessage[];
  /** Messages received and not deleted yet, by receipt handle. */
  inflightMessages: Map<string, { message: StoredMessage }>;
}

interface StoredMessage {
  sentTimestamp: number;
}

export interface Persistence
  extends Record<'insertMessage' | 'deleteMessage' | 'updateMessageInflight', (...given: unknown[]) => void> {
  db: DatabaseSync;
  loadSqsAndSns(sqsStore: object, snsStore: object): void;
  close(): void;
}

const part = (file: string) => import(new URL(file, import.meta.resolve('fauxqs')).href);
const [persistence, sqs, sns, s3] = await Promise.all([
  part('persistence.js'),
  part('sqs/sqsStore.js'),
  part('sns/snsStore.js'),
  part('s3/s3Store.js'),
]);

/** The bundle of the service has build/fauxqs-parts.ts instead: a bundler does not see these imports. */
export const fauxqsParts: FauxqsParts = { ...persistence, ...sqs, ...sns, ...s3 };
