import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { PollingLoop, pause } from './event-source/polling-loop.ts';
import type { Queue } from './queues.ts';

export interface DeadLetterWatchOptions {
  client: SQSClient;
  /** The dead-letter queues by the word for their messages, in the plural. */
  queues: Readonly<Record<string, Queue>>;
  /** Called with one line whenever a queue has more messages than before. */
  tell: (line: string) => void;
  onError: (error: unknown) => void;
}

const everyMs = 15_000;

/** Reports messages in dead-letter queues, as the alarms do on AWS: items may go unnoticed. */
export function watchDeadLetters({ client, queues, tell, onError }: DeadLetterWatchOptions): PollingLoop {
  const known = new Map<string, number>();
  return new PollingLoop({
    onError,
    round: async (signal) => {
      for (const [what, { url }] of Object.entries(queues)) {
        const count = await messagesIn(client, url, signal);
        if (count > (known.get(what) ?? 0))
          tell(`${count} ${what} could not be processed and are in the dead-letter queue`);
        known.set(what, count);
      }
      await pause(everyMs, signal);
    },
  });
}

async function messagesIn(client: SQSClient, QueueUrl: string, abortSignal: AbortSignal): Promise<number> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    { abortSignal },
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}
