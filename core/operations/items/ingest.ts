import { isOver } from '../../model/item/receipt.ts';
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
 * Carries out the operations of messages and returns the results of each message, in the order of its operations, without
 * those that came after the end of their run: a message that is delivered again may have completed the item itself.
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
    const late = await Promise.all(
      operations.map((operation, index) => isTooLate(service, workflow, operation, all[index])),
    );
    let from = 0;
    for (const message of those) {
      const to = from + message.operations.length;
      results.set(
        message.messageId,
        all.filter((_, index) => index >= from && index < to && !late[index]),
      );
      from = to;
    }
  });
  await Promise.all(work);
  return results;
}

/**
 * Whether a step or heartbeat was refused because the run that it names is over: it says nothing that anybody waits for. A
 * failure after the completion does.
 */
async function isTooLate(
  { items }: Service,
  workflow: string,
  operation: BatchOperation | ProblemError,
  result: BatchResult | undefined,
): Promise<boolean> {
  const isRefused = result !== undefined && 'code' in result && result.code === 'item-not-waiting';
  if (!isRefused || operation instanceof ProblemError || operation.op !== 'progress') return false;
  if (operation.failed !== undefined) return false;
  const seen = await items.read(workflow, operation.item);
  return seen !== undefined && isOver(seen, operation.run);
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
