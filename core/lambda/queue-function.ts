import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod/mini';
import { jsonOrUndefined } from '../json-text.ts';
import { errorFields, type LogFields } from '../log.ts';
import type { Running } from '../running.ts';

export type QueueHandler = (event: unknown) => Promise<SQSBatchResponse>;

export interface Message<Body> {
  messageId: string;
  body: Body;
  /** The body as the text it came in. */
  text: string;
  /** When it was sent to the queue, in milliseconds since 1970. Amazon SQS always says it. */
  sentAt: number | undefined;
}

export interface Failure {
  error: Error;
  /** The members of the message that are logged: nothing private. */
  fields: LogFields;
}

const SentTimestamp = z.string().check(z.regex(/^\d{1,15}$/));

/** The parts of an SQS event that are used. */
const QueueEvent = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.optional(z.object({ SentTimestamp })),
    }),
  ),
});

/**
 * A Lambda function fed by a queue. Messages that cannot be parsed, or that `handle` returns a failure for by their
 * ids, are answered as failed one by one: SQS delivers them again, and in the end moves them to the dead-letter queue
 * (P7, P8).
 */
export function queueFunction<Schema extends z.core.$ZodType>(
  operation: string,
  schema: Schema,
  { clock, log }: Running,
  handle: (messages: Message<z.output<Schema>>[]) => Promise<ReadonlyMap<string, Failure>>,
): QueueHandler {
  return async (rawEvent) => {
    const started = clock.now();
    const failed: string[] = [];
    const parsed: Message<z.output<Schema>>[] = [];
    const { Records } = z.parse(QueueEvent, rawEvent);
    for (const { messageId, body, attributes } of Records) {
      const result = z.safeParse(schema, jsonOrUndefined(body));
      if (result.success) {
        const sentAt = attributes && Number(attributes.SentTimestamp);
        parsed.push({ messageId, body: result.data, text: body, sentAt });
      } else {
        failed.push(messageId);
        log.error('message cannot be read', { operation, messageId, ...errorFields(result.error) });
      }
    }
    for (const [messageId, { error, fields }] of await handle(parsed)) {
      failed.push(messageId);
      log.error('message failed', { operation, messageId, ...fields, ...errorFields(error) });
    }
    log.info('handled', {
      operation,
      messages: Records.length,
      failed: failed.length,
      durationMs: clock.now() - started,
    });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
