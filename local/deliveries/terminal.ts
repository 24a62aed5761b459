import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../core/clock.ts';
import { DeliveryLoop } from './delivery-loop.ts';
import { incidentLine } from './incident-line.ts';

export interface TerminalOptions {
  client: SQSClient;
  /** The queue of the terminal. */
  queueUrl: string;
  /** Shows one notification, given as its published JSON text. Rejects if nobody can have seen it. */
  print: (body: string) => Promise<void>;
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
    deliver: (body) => print(body),
    lineOf: incidentLine,
    parallel: 10,
  });
}
