import * as z from 'zod/mini';
import { BatchEnvelope } from './batch.ts';
import { WorkflowPath } from './operation.ts';

/**
 * A message to the ingest queue: the operations of a batch, and their workflow (docs/events-in.md).
 *
 * A registration needs a `run`: a queue may deliver a message again after the item was completed, and without a run
 * that would start another watch.
 */
export const IngestMessage = z.strictObject({ ...WorkflowPath.shape, ...BatchEnvelope.shape });
export type IngestMessage = z.infer<typeof IngestMessage>;
