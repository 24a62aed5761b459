import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import { attributesOf } from '../../core/aws/items/keys.ts';
import { randomTimerName } from '../../core/aws/timers.ts';
import { instant } from '../../core/contract/time.ts';
import type { EmbeddedAws } from '../../local/embedded-aws.ts';
import { itemsTable } from '../../local/names.ts';
import { itemRecord } from '../../test/support/item-record.ts';
import { parallel } from './shadow.ts';

const inCall = 25;

/** Writes waiting items of a workflow in the state after a registration, without timers. */
export async function writeItems(
  { dynamodb }: Pick<EmbeddedAws, 'dynamodb'>,
  {
    workflow,
    from,
    to,
    now,
    deadline,
  }: { workflow: string; from: number; to: number; now: number; deadline: number },
): Promise<void> {
  const times = { registeredAt: instant(now), startedAt: instant(now), updatedAt: instant(now) };
  const pages = Array.from({ length: Math.ceil((to - from) / inCall) }, (_, page) =>
    Array.from({ length: Math.min(inCall, to - from - page * inCall) }, (_, index) => {
      const at = instant(deadline + ((from + page * inCall + index) % 3_600) * 1_000);
      const item = `item-${from + page * inCall + index}`;
      return itemRecord({ ...times, workflow, item, deadline: at, timer: randomTimerName(), timerAt: at });
    }),
  );
  await pLimit(parallel).map(pages, async (records) => {
    const puts = records.map((record) => ({ PutRequest: { Item: attributesOf(record) } }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [itemsTable]: puts } }));
  });
}
