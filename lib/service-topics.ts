import type { Construct } from 'constructs';
import type { ProcessWardenProps } from './props.ts';
import { alarmTopic, encryptedTopic, ServiceTopic } from './topics.ts';

/**
 * The topics of the service: existing topics where given, otherwise new topics. Their construct ids are part of the
 * contract of ProcessWarden.
 */
export function createTopics(
  scope: Construct,
  {
    alertEmails: emails = [],
    ...existing
  }: Pick<
    ProcessWardenProps,
    'alertEmails' | 'notificationTopic' | 'itemEventTopic' | 'redriveTopic' | 'alarmTopic'
  >,
): Record<'notifications' | 'itemEvents' | 'redrives' | 'alarms', ServiceTopic> {
  const notifications = new ServiceTopic(scope, 'Notifications', {
    existing: existing.notificationTopic,
    create: encryptedTopic,
    emails,
  });
  // Not the topic of notifications: many messages a second would end e-mail subscriptions.
  const itemEvents = new ServiceTopic(scope, 'ItemEvents', {
    existing: existing.itemEventTopic,
    create: encryptedTopic,
  });
  // A topic of its own, because its messages contain data: anybody who may subscribe to it can read all items.
  const redrives = new ServiceTopic(scope, 'Redrives', {
    existing: existing.redriveTopic,
    create: encryptedTopic,
  });
  const alarms = new ServiceTopic(scope, 'Alarms', {
    existing: existing.alarmTopic,
    create: alarmTopic,
    emails,
  });
  return { notifications, itemEvents, redrives, alarms };
}
