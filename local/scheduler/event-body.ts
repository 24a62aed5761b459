import { randomUUID } from 'node:crypto';
import type { DueSchedule } from './due-store.ts';
import { account, region, scheduleArn } from './resource-names.ts';

/**
 * The message of a schedule: its Input, with Scheduler's keywords replaced wherever they occur
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html). Without an Input
 * it is a notification, as on AWS.
 */
export function eventBody(due: DueSchedule): string {
  const keywords: Record<string, string> = {
    'schedule-arn': scheduleArn(due.group, due.name),
    'scheduled-time': new Date(due.scheduledAt).toISOString().replace('.000Z', 'Z'),
    'execution-id': randomUUID(),
    'attempt-number': String(due.failures + 1),
  };
  return (
    due.definition.Target.Input?.replace(
      /<aws\.scheduler\.([a-z-]+)>/g,
      (text, keyword: string) => keywords[keyword] ?? text,
    ) ??
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
