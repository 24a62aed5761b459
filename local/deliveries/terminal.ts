import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../core/clock.ts';
import { DeliveryLoop } from './delivery-loop.ts';

export interface TerminalOptions {
  client: SQSClient;
  /** The queue of the terminal. */
  queueUrl: string;
  /** Shows one notification, in the form in which it was published. */
  print: (body: string) => void;
  clock: Clock;
  /** Called with one line for people about a failure. */
  onError: (message: string) => void;
}

/** Prints the notifications of one queue and deletes each after it was printed. */
export function terminalDelivery({ print, ...options }: TerminalOptions): DeliveryLoop {
  return new DeliveryLoop({
    what: 'notification',
    ...options,
    target: 'the terminal',
    deliver: async (body) => print(body),
    parallel: 10,
  });
}
