import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod/mini';
import { errorFields, type LogFields } from '../log.ts';
import type { Running } from '../running.ts';

export type QueueHandler = (event: unknown) => Promise<SQSBatchResponse>;

export interface Failure {
  error: Error;
  /** What else is logged of it: nothing private. */
  fields?: LogFields;
}

/** The parts of an SQS event that are used. */
const QueueEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/**
 * A Lambda function fed by a queue. Messages that cannot be parsed, or that `handle` names as failed, are answered
 * as failed one by one: they come again, and in the end go to the dead-letter queue (P7, P8). What
 * `fieldsOf` takes of a message is logged with its failure: nothing private.
 */
export function queueFunction<Schema extends z.core.$ZodType>(
  operation: string,
  message: Schema,
  fieldsOf: (message: z.output<Schema>) => LogFields,
  { clock, log }: Running,
  handle: (messages: z.output<Schema>[]) => Promise<(message: z.output<Schema>) => Failure | undefined>,
): QueueHandler {
  return async (rawEvent) => {
    const started = clock.now();
    const failed: string[] = [];
    const parsed: { messageId: string; message: z.output<Schema> }[] = [];
    for (const { messageId, body } of z.parse(QueueEvent, rawEvent).Records) {
      const result = z.safeParse(message, jsonOrUndefined(body));
      if (result.success) {
        parsed.push({ messageId, message: result.data });
      } else {
        failed.push(messageId);
        log.error('message cannot be read', { operation, messageId, ...errorFields(result.error) });
      }
    }
    const failureOf = await handle(parsed.map((one) => one.message));
    for (const one of parsed) {
      const failure = failureOf(one.message);
      if (failure === undefined) continue;
      failed.push(one.messageId);
      log.error('message failed', {
        operation,
        messageId: one.messageId,
        ...fieldsOf(one.message),
        ...failure.fields,
        ...errorFields(failure.error),
      });
    }
    const count = parsed.length + failed.length;
    log.info('handled', {
      operation,
      messages: count,
      failed: failed.length,
      durationMs: clock.now() - started,
    });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No schema takes undefined, so the message is answered as one that cannot be read.
    return undefined;
  }
}
