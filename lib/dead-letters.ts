import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { MonitoringProps } from './monitoring/monitoring-props.ts';

export interface WatchedQueue {
  /** Its heading in docs/runbook.md. */
  readonly runbook: string;
  readonly queue: IQueue;
}

/** Every dead-letter queue, by the construct id of its alarm. */
export function deadLettersOf({
  timers,
  expiredTimers,
  ingest,
  sweep,
  runRedrives,
  notifications,
  alarms,
  receivers,
}: MonitoringProps): Record<string, WatchedQueue> {
  return {
    TimerDeadLetters: { runbook: 'Timer dead letters', queue: timers.deadLetters },
    ExpiredTimerDeadLetters: { runbook: 'Expired-timer dead letters', queue: expiredTimers.deadLetters },
    ...(ingest && { IngestDeadLetters: { runbook: 'Ingest dead letters', queue: ingest.deadLetters } }),
    SweepDeadLetters: { runbook: 'Sweep dead letters', queue: sweep.deadLetters },
    RunRedrivesDeadLetters: { runbook: 'Redrive dead letters', queue: runRedrives.deadLetters },
    ...(notifications.deadLetters && {
      NotificationDeadLetters: { runbook: 'Notification dead letters', queue: notifications.deadLetters },
    }),
    ...(alarms.deadLetters && {
      AlarmDeadLetters: { runbook: 'Alarm dead letters', queue: alarms.deadLetters },
    }),
    ...Object.fromEntries(
      Object.entries(receivers).map(([id, { deadLetters: queue }]) => [
        `${id}DeadLetters`,
        { runbook: 'Notification receiver dead letters', queue },
      ]),
    ),
  };
}
