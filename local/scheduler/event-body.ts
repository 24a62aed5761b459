import { randomUUID } from 'node:crypto';
import type { DueSchedule } from './due-store.ts';
import { account, region, scheduleArn } from './resource-names.ts';

/**
 * What a schedule sends: its Input as it stands (`<aws.scheduler.…>` keywords are not filled in), or, as AWS
 * does when it has none, a notification.
 */
export function eventBody(due: DueSchedule): string {
  return (
    due.definition.Target.Input ??
    JSON.stringify({
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account,
      time: new Date(due.scheduledAt).toISOString().replace('.000Z', 'Z'),
      region,
      resources: [scheduleArn(due.group, due.name)],
      detail: '{}',
    })
  );
}
