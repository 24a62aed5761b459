import { withLinks } from '../../contract/commands.ts';
import type { Notification } from '../../contract/notification.ts';
import { notificationText } from '../../contract/notification-text.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { type NotificationFacts, notificationOf } from '../../model/incident/notification.ts';
import type { Ports } from '../../ports.ts';

/**
 * Publishes the incident's next notification. The caller records the notification, only after SNS has accepted it (P3).
 */
export async function publishNotification(
  { notifications, clock }: Pick<Ports, 'notifications' | 'clock'>,
  incident: IncidentRecord,
  facts: NotificationFacts,
): Promise<Notification> {
  const { address } = notifications;
  const bare = notificationOf(incident, facts, clock.now());
  const notification = address ? withLinks(bare, address) : bare;
  await notifications.publish(notification, notificationText(notification, address));
  return notification;
}

/**
 * Sends the next notification of an open incident, unless another function has claimed it or sent it: many functions
 * report to one incident at the same time.
 *
 * @param isClaimed whether the caller has claimed it
 */
export async function notifyPeople(
  service: Pick<Ports, 'incidents' | 'notifications' | 'clock'>,
  incident: IncidentRecord,
  facts: NotificationFacts,
  isClaimed = false,
): Promise<void> {
  const { open } = service.incidents;
  if (!isClaimed && !(await open.claim(incident))) return;
  await open.recordNotified(incident, await publishNotification(service, incident, facts));
}
