import type { ItemOperation, ItemResult, Send } from '../../../client/spool/spool.ts';

/** What a warden has received: the workflow, the item, and the step, which numbers the operations of a test. */
export interface Received {
  workflow: string;
  item: string;
  step: string | undefined;
  operation: ItemOperation;
}

export const accepted = { status: 200, attempt: 1, outcome: 'on-time', tookMs: 1 } as ItemResult;

export function problem(status: number, code = 'item-not-found'): ItemResult {
  return { status, code, type: '', title: '', detail: '' } as ItemResult;
}

/** Stands for a warden: it records what it receives, and answers as the test decides. */
export class RecordingWarden {
  readonly received: Received[] = [];
  readonly batches: number[] = [];
  /** The result for an operation. It may throw, as `send` does if the warden cannot be reached. */
  answer: (received: Received) => ItemResult = () => accepted;

  send: Send = async (workflow, operations) => {
    this.batches.push(operations.length);
    // Not in the same turn, as no reply comes in the same turn.
    await new Promise(setImmediate);
    return operations.map((operation) => {
      const step = 'step' in operation ? operation.step : undefined;
      const received = { workflow, item: operation.item, step, operation };
      const result = this.answer(received);
      this.received.push(received);
      return result;
    });
  };

  /** The steps of an item in the order in which they came. */
  stepsOf(item: string, workflow = 'w'): (string | undefined)[] {
    return this.received
      .filter((one) => one.item === item && one.workflow === workflow)
      .map(({ step }) => step);
  }
}

export function step(item: string, name: number | string): ItemOperation {
  return { op: 'progress', item, step: String(name) };
}
