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

/** Items of a workflow that are recorded as reported at once. */
const parallel = 16;

/**
 * Tells people of items of one workflow that are overdue or failed and not yet reported. What is recorded as
 * reported was accepted by SNS before (P3); a crash between the two tells of it twice, with the same ids.
 *
 * @param records overdue or failed records; those already reported are passed over
 * @returns by primary key, what could not be told of or not be recorded so, and why; it must be reported again
 */
export async function report(
  { items, notifications, clock }: ReportService,
  workflow: string,
  records: readonly ItemRecord[],
): Promise<Map<string, Error>> {
  const failed = new Map<string, Error>();
  const unreported = records.filter((record) => record.reportedAt === undefined);
  for (const event of ['overdue', 'failed'] as const) {
    const ended = unreported.filter((record) => record.state === event);
    for (const part of notificationsOf(workflow, event, ended, clock.now())) {
      try {
        await notifications.publish(part.notification, notificationText(part.notification));
      } catch (error) {
        for (const { pk } of part.records) failed.set(pk, error as Error);
        continue;
      }
      const reportedAt = instant(clock.now());
      await pLimit(parallel).map(part.records, async (record) => {
        await items.recordReport(record, reportedAt).catch((error: Error) => failed.set(record.pk, error));
      });
    }
  }
  return failed;
}

/** Like `report`, for one item whose caller waits: throws what went wrong. */
export async function reportOne(service: ReportService, record: ItemRecord): Promise<void> {
  const failed = await report(service, record.workflow, [record]);
  for (const error of failed.values()) throw error;
}
