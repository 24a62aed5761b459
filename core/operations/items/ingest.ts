import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';
import { type BatchOperation, type BatchResult, batch } from './batch.ts';

type Service = Parameters<typeof batch>[0] & Pick<Ports, 'clock'>;

/** A message from the ingest queue, with its operations parsed one by one. */
export interface IngestedMessage {
  messageId: string;
  workflow: string;
  operations: readonly (BatchOperation | ProblemError)[];
  /** When it was sent to the queue, in milliseconds since 1970. */
  sentAt: number;
}

/**
 * Carries out the operations of messages and returns the results of each message, in the order of its operations.
 *
 * Times count from when a message was sent, so that neither a full queue nor a message that is delivered twice moves a
 * deadline. Messages of one workflow are one batch, so that a registration and the completion after it stay in order.
 */
export async function ingest(
  service: Service,
  messages: readonly IngestedMessage[],
): Promise<ReadonlyMap<string, BatchResult[]>> {
  const now = service.clock.now();
  const results = new Map<string, BatchResult[]>();
  const work = [...Map.groupBy(messages, ({ workflow }) => workflow)].map(async ([workflow, those]) => {
    const operations = those.flatMap((message) =>
      message.operations.map((operation) => asSent(operation, message.sentAt, now)),
    );
    const all = await batch(service, { workflow, operations });
    let from = 0;
    for (const message of those) {
      results.set(message.messageId, all.slice(from, from + message.operations.length));
      from += message.operations.length;
    }
  });
  await Promise.all(work);
  return results;
}

/** The operation as of when its message was sent. */
function asSent(
  operation: BatchOperation | ProblemError,
  sentAt: number,
  now: number,
): BatchOperation | ProblemError {
  if (operation instanceof ProblemError || operation.op === 'complete') return operation;
  if (operation.op === 'register' && operation.run === undefined) {
    const message =
      'must be given in a message, because a queue may deliver the message twice; received none';
    return new ProblemError('invalid-request', `run ${message}`, { errors: [{ path: 'run', message }] });
  }
  // Less than nothing if the clock here is behind that of the queue: every delivery counts from the same time.
  const waitedSeconds = (now - sentAt) / 1000;
  return { ...operation, age: (operation.age ?? 0) + waitedSeconds };
}
