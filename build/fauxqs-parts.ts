import { PersistenceManager } from '../node_modules/fauxqs/dist/persistence.js';
import { S3Store } from '../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../node_modules/fauxqs/dist/sns/snsStore.js';
import { SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';

/** Replaces local/fauxqs-parts.ts in the bundle of the service. */
export const fauxqsParts = { PersistenceManager, SqsStore, SnsStore, S3Store };
