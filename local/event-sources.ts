import type { EmbeddedAws } from './embedded-aws.ts';
import { EventSource, type EventSourceOptions } from './event-source.ts';
import type { createFunctions } from './functions.ts';

/** As in Lambda: an invocation that waits for the rest of its batch must not hold up the others. */
const parallelBatches = 3;

/** The queues that feed functions, as deployed but with a shorter window for batches of timers. */
export function eventSources(
  aws: EmbeddedAws,
  { checkTimers, ingest }: Pick<ReturnType<typeof createFunctions>, 'checkTimers' | 'ingest'>,
  onError: EventSourceOptions['onError'],
): EventSource[] {
  const { url: queueUrl, arn: queueArn } = aws.timerQueue;
  const timers = { client: aws.sqs, queueUrl, queueArn, handler: checkTimers, batchSize: 100, windowMs: 250 };
  const { url, arn } = aws.ingestQueue;
  const operations = { ...timers, queueUrl: url, queueArn: arn, handler: ingest, batchSize: 10, windowMs: 0 };
  return [
    ...Array.from({ length: parallelBatches }, () => new EventSource({ ...timers, onError })),
    new EventSource({ ...operations, onError }),
  ];
}
