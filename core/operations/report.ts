import pLimit from 'p-limit';
import type { ItemsTable } from '../aws/items-table.ts';
import type { Notifications } from '../aws/notifications.ts';
import type { Clock } from '../clock.ts';
import { instant } from '../contract/time.ts';
import type { ItemRecord } from '../records/item-record.ts';
import { notificationsOf, notificationText } from '../rules/notification.ts';

export interface ReportService {
  items: ItemsTable;
  notifications: Notifications;
  clock: Clock;
}

/** Calls to AWS under way at once. */
const parallel = 16;

/**
 * Tells people of items of one workflow that are overdue or failed and not yet reported. What is recorded as
 * reported was accepted by SNS before (P3); a crash between the two tells of it twice, with the same id.
 *
 * @param records overdue or failed records; those already reported are passed over
 */
export async function report(
  { items, notifications, clock }: ReportService,
  workflow: string,
  records: readonly ItemRecord[],
): Promise<void> {
  const unreported = records.filter((record) => record.reportedAt === undefined);
  for (const event of ['overdue', 'failed'] as const) {
    const ended = unreported.filter((record) => record.state === event);
    for (const part of notificationsOf(workflow, event, ended, clock.now())) {
      await notifications.publish(part.notification, notificationText(part.notification));
      const reportedAt = instant(clock.now());
      await pLimit(parallel).map(part.records, (record) => items.recordReport(record, reportedAt));
    }
  }
}
