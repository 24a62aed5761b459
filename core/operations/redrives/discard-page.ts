import pLimit from 'p-limit';
import { $ZodError } from 'zod/v4/core';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { isAbout } from '../../model/redrive/redrive-filter.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import type { Ports } from '../../ports.ts';
import { countOutcomes } from '../incidents/count-outcomes.ts';
import { reportOne } from '../incidents/report.ts';
import { mostTries } from '../items/preconditions.ts';
import { type Outcome, type Page, type PageResult, resultOf } from './page.ts';
import type {} from './resume-page.ts';

type Service = Pick<Ports, 'items' | 'incidents' | 'outcomes' | 'timers' | 'itemEvents' | 'clock'>;

/** How many items of a page are processed at the same time. */
const parallel = 16;

/** Removes the items of one page for good and counts them in their incident. */
export async function discardPage(service: Service, { redrive, repeated }: Page): Promise<PageResult> {
  const { page } = redrive;
  const outcomes = await pLimit(parallel).map([...page], async (item) => {
    const outcome = await discardOne(service, redrive, item).catch((error: Error) => error);
    return [item, outcome] as const;
  });
  const removed = outcomes.flatMap(([, outcome]) => (isRemoved(outcome) ? [outcome] : []));
  await countOutcomes(service.outcomes, removed, 'discarded');
  return resultOf(outcomes.map(([item, outcome]) => [item, outcomeOf(item, outcome, repeated)]));
}

type Discarded = ItemRecord | 'gone' | 'other' | Error;

function isRemoved(outcome: Discarded): outcome is ItemRecord {
  return typeof outcome === 'object' && !(outcome instanceof Error);
}

function outcomeOf(item: string, outcome: Discarded, repeated: boolean): Outcome<string> {
  // Retrying an item that cannot be read does not help.
  if (outcome instanceof $ZodError) return { failed: outcome };
  if (outcome instanceof Error) return { retry: outcome };
  // An item that is gone was removed by an earlier run of this page.
  const isDone = isRemoved(outcome) || (outcome === 'gone' && repeated);
  return isDone ? { done: item } : 'skipped';
}

async function discardOne(
  service: Service,
  redrive: RedriveRecord,
  item: string,
): Promise<ItemRecord | 'gone' | 'other'> {
  const { items, timers } = service;
  let tried: ItemRecord | undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    const record = await items.readOpen(redrive.workflow, item);
    // The last try removed the item and its reply was lost.
    if (record === undefined) return tried ?? 'gone';
    // An item changed since the dry run is no longer the item that the dry run counted.
    if (!isAbout(record, redrive) || record.updatedAt > redrive.endedBy) return 'other';
    if (record.reportedAt === undefined) {
      await reportOne(service, record);
    } else if (await items.end(record, { revision: record.revision })) {
      await timers.disarm(record.timer);
      return record;
    } else {
      tried = record;
    }
  }
  return 'other';
}
