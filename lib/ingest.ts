import { Duration } from 'aws-cdk-lib';
import { type IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { BatchRequest } from '../core/contract/batch.ts';
import { ingestAgainAfterMs } from '../core/names/clockwork.ts';
import { FunctionQueue } from './function-queue.ts';

/** An operation of a batch, and the workflow of its item. A registration needs a `run`. */
export type IngestOperation = BatchRequest['operations'][number] & { readonly workflow: string };

/** The queue for operations on items, beside HTTP (docs/events-in.md). */
export class Ingest extends FunctionQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      visibilityTimeout: Duration.millis(ingestAgainAfterMs),
      // Enough for a registration that arrives nine minutes after its completion.
      maxReceiveCount: 10,
    });
  }

  /** An event that does not reach the queue is kept in the dead-letter queue, for which there is an alarm. */
  target({ workflow, ...operation }: IngestOperation): IRuleTarget {
    return new SqsQueue(this.queue, {
      message: RuleTargetInput.fromObject({ workflow, operations: [operation] }),
      deadLetterQueue: this.deadLetters,
    });
  }
}

/** Throws an Error that names the calling method if the warden has no ingest queue. */
export function ingestOf({ ingest }: { readonly ingest: Ingest | undefined }, method: string): Ingest {
  if (ingest === undefined)
    throw new Error(`${method} needs the ingest queue: set \`ingest: true\` on the warden, received none`);
  return ingest;
}
