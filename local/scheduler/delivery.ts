import type { Clock } from '../../core/clock.ts';
import type { DueSchedule, DueStore } from './due-store.ts';
import { eventBody } from './event-body.ts';
import { scheduleArn } from './resource-names.ts';
import { backoff, nextAttempt } from './retry-policy.ts';

export interface DeliveryParts {
  readonly store: DueStore;
  readonly clock: Clock;
  readonly send: (queueArn: string, body: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * Tries once to send a due schedule: to its target, or to its dead-letter queue once the target is given up. Records
 * the outcome. Returns true if a queue accepted it. Rejects only if the outcome could not be recorded.
 */
export async function deliver(parts: DeliveryParts, due: DueSchedule): Promise<boolean> {
  const firstAttemptAt = due.firstAttemptAt ?? parts.clock.now();
  return due.givenUp
    ? sendToDeadLetters(parts, { ...due, firstAttemptAt })
    : sendToTarget(parts, { ...due, firstAttemptAt });
}

type Started = DueSchedule & { readonly firstAttemptAt: number };

async function sendToTarget(parts: DeliveryParts, due: Started): Promise<boolean> {
  const { Arn, RetryPolicy } = due.definition.Target;
  const failures = due.failures + 1;
  if (await sent(parts, due, Arn, `attempt ${failures}`)) return true;
  const nextAttemptAt = nextAttempt(RetryPolicy, failures, due.firstAttemptAt, parts.clock.now());
  if (nextAttemptAt === undefined) return sendToDeadLetters(parts, { ...due, failures: 0 });
  await parts.store.postpone(due, { ...due, failures, nextAttemptAt });
  return false;
}

async function sendToDeadLetters(parts: DeliveryParts, due: Started): Promise<boolean> {
  const queue = due.definition.Target.DeadLetterConfig?.Arn;
  if (queue === undefined) {
    parts.onError(
      new Error(`${label(due)} is dropped: its retries are used up and it has no dead-letter queue`),
    );
    await parts.store.complete(due);
    return false;
  }
  const failures = due.failures + 1;
  if (await sent(parts, due, queue, `dead-letter attempt ${failures}`)) return true;
  const nextAttemptAt = parts.clock.now() + backoff(failures);
  await parts.store.postpone(due, { ...due, givenUp: true, failures, nextAttemptAt });
  return false;
}

async function sent(parts: DeliveryParts, due: Started, queue: string, what: string): Promise<boolean> {
  try {
    await parts.send(queue, eventBody(due));
  } catch (cause) {
    parts.onError(new Error(`${label(due)}: ${what} failed, and ${queue} did not accept it`, { cause }));
    return false;
  }
  await parts.store.complete(due);
  return true;
}

const label = (due: DueSchedule) => scheduleArn(due.group, due.name);
