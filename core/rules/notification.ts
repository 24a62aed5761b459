import { createHash } from 'node:crypto';
import type { Notification, NotifiedItem } from '../contract/notification.ts';
import type { ItemRecord } from '../records/item-record.ts';
import { durationText } from './duration-text.ts';

/**
 * Bytes of the items in one notification. SNS takes 256 KiB in all; the JSON is a string within JSON there, and the
 * text for e-mail beside it takes up to 60 KiB (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html).
 */
const mostItemBytes = 140 * 1024;

/** Items named in a text; the JSON names all. */
const mostItemsInText = 20;
const mostReasonInText = 200;

/** The notifications that tell of these ended items of one workflow: one, unless it would not fit one SNS message. */
export function notificationsOf(
  workflow: string,
  event: Notification['event'],
  records: readonly ItemRecord[],
  now: number,
): { notification: Notification; records: ItemRecord[] }[] {
  const parts: { items: NotifiedItem[]; records: ItemRecord[]; bytes: number }[] = [];
  for (const record of [...records].sort((a, b) => (a.due < b.due ? -1 : 1))) {
    const item = notifiedItem(record, event, now);
    const bytes = Buffer.byteLength(JSON.stringify(JSON.stringify(item)));
    const last = parts.at(-1);
    if (last && last.bytes + bytes <= mostItemBytes) {
      last.items.push(item);
      last.records.push(record);
      last.bytes += bytes;
    } else {
      parts.push({ items: [item], records: [record], bytes });
    }
  }
  return parts.map(({ items, records: partRecords }) => ({
    records: partRecords,
    notification: {
      id: hash([workflow, event, items.map(({ id }) => id)]),
      event,
      workflow,
      subject: `[${workflow}] ${countText(items.length, event)}`,
      count: items.length,
      items,
    },
  }));
}

/** The same content has the same id, however often and however late it is told of (P3). */
function hash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
}

function notifiedItem(record: ItemRecord, event: Notification['event'], now: number): NotifiedItem {
  const { item, attempt, deadline, startedAt, step, steps, caughtBy, failure } = record;
  const overdueByMs = now - Date.parse(deadline);
  const stepAt = steps.at(-1)?.at;
  return {
    id: hash([record.workflow, item, attempt, startedAt, event]),
    item,
    attempt,
    deadline,
    startedAt,
    ...(overdueByMs >= 0 && { overdueByMs }),
    ...(step !== undefined && { step }),
    ...(step !== undefined && stepAt !== undefined && { stepAt }),
    ...(caughtBy && { caughtBy }),
    ...(failure && { failure }),
  };
}

function countText(count: number, event: Notification['event']): string {
  const items = count === 1 ? '1 item' : `${count} items`;
  return event === 'failed' ? `${items} failed` : `${items} overdue`;
}

/** A notification as people read it, in an e-mail or on a terminal. */
export function notificationText(notification: Notification): string {
  const { workflow, event, items, count } = notification;
  const lines = [`Workflow ${workflow}: ${countText(count, event)}.`, ''];
  for (const item of items.slice(0, mostItemsInText)) lines.push(...itemLines(item));
  if (count > mostItemsInText) lines.push(`  … and ${count - mostItemsInText} more`, '');
  lines.push(
    `List them: GET /v1/workflows/${workflow}/items?state=${event}`,
    `Notification ${notification.id}`,
  );
  return lines.join('\n');
}

function itemLines(item: NotifiedItem): string[] {
  const late = item.overdueByMs === undefined ? '' : `, ${durationText(item.overdueByMs)} ago`;
  const attempt = item.attempt === 1 ? '' : ` (attempt ${item.attempt})`;
  return [
    `  ${item.item}${attempt}`,
    `    deadline   ${item.deadline}${late}`,
    `    last step  ${item.step === undefined ? 'none' : `${item.step}, at ${item.stepAt}`}`,
    ...(item.failure ? [`    failure    ${failureText(item.failure)}`] : []),
    '',
  ];
}

/** In one line, whatever it holds: a reason is not to look like another alert. The JSON has it as it is. */
function failureText({ type, reason }: NonNullable<NotifiedItem['failure']>): string {
  const line = `${type ? `${type}: ` : ''}${reason.replaceAll(/\s+/g, ' ')}`;
  const characters = [...line];
  return characters.length > mostReasonInText ? `${characters.slice(0, mostReasonInText).join('')}…` : line;
}
