import { Duration } from 'aws-cdk-lib';
import { type IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BatchRequest } from '../core/contract/batch.ts';
import { ingestAgainAfterMs } from '../core/names/clockwork.ts';
import { FunctionQueue } from './function-queue.ts';

/** An operation of a batch, and the workflow of its item. A registration needs a `run`. */
export type IngestOperation = BatchRequest['operations'][number] & { readonly workflow: string };

/** The queue for operations on items, beside HTTP: for events that AWS services and pipelines send anyway. */
export class Ingest extends FunctionQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      visibilityTimeout: Duration.millis(ingestAgainAfterMs),
      // Enough for a registration that arrives ten minutes after its completion.
      maxReceiveCount: 10,
    });
  }

  /**
   * A target for a rule of EventBridge that makes an operation of each event. Values of the event are inserted with
   * `EventField.fromPath`. The run of a registration can be `EventField.eventId`, which is the same when an event is
   * delivered twice. The rule must be in the stack of the warden.
   *
   * An event that does not reach the queue is kept in its dead-letter queue, for which there is an alarm.
   */
  ruleTarget({ workflow, ...operation }: IngestOperation): IRuleTarget {
    return new SqsQueue(this.queue, {
      message: RuleTargetInput.fromObject({ workflow, operations: [operation] }),
      deadLetterQueue: this.deadLetters,
    });
  }

  /** Lets the grantee send messages: operations on items of every workflow. */
  grantSend(grantee: IGrantable): Grant {
    return this.queue.grantSendMessages(grantee);
  }
}
