import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { PollingLoop, pause } from './event-source/polling-loop.ts';

export interface DeadLetterWatchOptions {
  client: SQSClient;
  queueUrl: string;
  /** Called with one line whenever the queue has more messages than before. */
  tell: (line: string) => void;
  onError: (error: unknown) => void;
}

const everyMs = 15_000;

/** Reports timers in the dead-letter queue, as the alarm does on AWS: their items may go unnoticed. */
export function watchDeadLetters({ client, queueUrl, tell, onError }: DeadLetterWatchOptions): PollingLoop {
  let known = 0;
  return new PollingLoop({
    onError,
    round: async (signal) => {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
        { abortSignal: signal },
      );
      const count = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
      if (count > known)
        tell(`${count} expired timers could not be processed and are in the dead-letter queue`);
      known = count;
      await pause(everyMs, signal);
    },
  });
}
