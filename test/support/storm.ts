import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { attributesOf } from '../../core/aws/items/keys.ts';
import { randomTimerName } from '../../core/aws/timers.ts';
import type { Notification } from '../../core/contract/notification.ts';
import { instant } from '../../core/contract/time.ts';
import type { TimerMessage } from '../../core/contract/timer-message.ts';
import { register } from '../../core/operations/items/register.ts';
import { itemRecord } from './item-record.ts';
import { SimulatedService } from './simulated-service.ts';
import { stormFloors } from './storm-floor.ts';

export const minuteMs = 60_000;
/** Minutes after the first deadline until all items are notified, or never will be. */
const watched = { least: 5, most: 40 };
const parallel = 32;

interface Item {
  workflow: string;
  item: string;
}

export interface StormOptions {
  items: number;
  workflows: number;
  /**
   * Items that are registered, and whose timers Scheduler fires; all by default. The others are written to the table in
   * batches and their timers put on the queue, which takes a quarter of the time.
   */
  registered?: number;
  /** Seconds over which the deadlines are spread; 60 by default. */
  withinSeconds?: number;
  /** Milliseconds from one sweep to the next: 15,000 in the local service, 60,000 on AWS. */
  sweepEveryMs: number;
  /** A folder, as in the local service; without one everything is in memory. */
  data?: string;
  /** On the AWS in memory instead of the embedded servers. */
  inMemory?: boolean;
  /** Items with which the floor is measured; without items it is not. */
  floorItems?: number;
  /** Called with lines about the progress. */
  say?: (line: string) => void;
}

export interface Storm {
  /** The notifications of each workflow, and how many minutes after the first deadline they came. */
  workflows: { workflow: string; told: (Notification & { minute: number })[] }[];
  /** Item events: all that arrived, and of how many attempts. */
  events: number;
  attempts: number;
  /** Items in the last notification of each workflow. */
  told: number;
  /** How often the service marked an item overdue. */
  marked: number;
  /** Items that are overdue, and reported, in the end. */
  overdue: number;
  caughtBySweep: number;
  /** Errors that the service logged, by message. */
  errors: Map<string, number>;
  /** From the deadline of each item until it was marked, in milliseconds, shortest first. */
  delays: number[];
  /** Seconds from the first deadline until the last item was reported. */
  seconds: number;
  registeredPerSecond: number;
  /** Only while there was work: not in the rest of the minute in which the items expire. */
  reportedPerSecond: number;
  /** Bare UpdateItem calls a second, in each of three rounds; none if not measured. */
  floorsPerSecond: number[];
  /** Resident bytes of the process, embedded AWS included: after the registrations, and at the peak. */
  residentBefore: number;
  residentAtMost: number;
  /** The part of it on JavaScript's heap. */
  heapAtMost: number;
}

/**
 * Registers items of some workflows, all with deadlines in one minute, and moves time through that minute and the next
 * ones: timers, check-timers and sweeps run side by side as in the local service. The clock is moved by hand, by as
 * much time as the work takes; when there is no work, from one sweep to the next.
 */
export async function storm(options: StormOptions): Promise<Storm> {
  const {
    items,
    workflows,
    registered = items,
    withinSeconds = 60,
    data,
    inMemory,
    floorItems = 0,
    say = () => {},
  } = options;
  const attempts = new Set<string>();
  let events = 0;
  let lastEventAt = 0;
  const service = await SimulatedService.start({
    data,
    inMemory,
    onItemEvent: ({ id }) => {
      events++;
      attempts.add(id);
      lastEventAt = service.clock.now();
    },
  });
  try {
    const { clock, aws } = service;
    const storms = clock.now() + 60 * minuteMs;
    const all = Array.from({ length: items }, (_, index) => ({
      workflow: `storm-${index % workflows}`,
      item: `item-${index}`,
    }));

    const registering = performance.now();
    await pLimit(parallel).map(all.slice(0, registered), (one, index) =>
      register(aws.service, {
        ...one,
        request: { deadline: instant(storms + (index % withinSeconds) * 1_000), step: `step-${index % 3}` },
        data: undefined,
      }),
    );
    const registeredPerSecond = (registered / (performance.now() - registering)) * 1_000;
    say(`registered ${registered} items, ${registeredPerSecond.toFixed(0)}/s`);
    await write(service, all.slice(registered), instant(storms));
    const residentBefore = process.memoryUsage.rss();

    clock.set(storms);
    const { busyMs, ...memory } = await weather(service, storms, options, () =>
      say(`${attempts.size} reported`),
    );

    const told = service.notifications.map((one) => ({
      ...one,
      minute: (Date.parse(one.at) - storms) / minuteMs,
    }));
    const seconds = (lastEventAt - storms) / 1_000;
    return {
      workflows: [...new Set(all.map(({ workflow }) => workflow))].map((workflow) => ({
        workflow,
        told: told.filter((one) => one.workflow === workflow).sort((a, b) => a.minute - b.minute),
      })),
      events,
      attempts: attempts.size,
      told: countTold(service.notifications),
      marked: service.metrics.overdue,
      overdue: await countOverdue(service, all),
      caughtBySweep: service.metrics.caughtBySweep,
      delays: service.metrics.delays.toSorted((a, b) => a - b),
      errors: service.errors,
      seconds,
      registeredPerSecond,
      reportedPerSecond: (attempts.size / busyMs) * 1_000,
      floorsPerSecond: await stormFloors(service, all.slice(0, floorItems)),
      residentBefore,
      ...memory,
    };
  } finally {
    await service.close();
  }
}

/** Items in the state of a registration, and their timers as Scheduler sends them, written by tens. */
async function write({ aws }: SimulatedService, items: readonly Item[], deadline: string): Promise<void> {
  const { client, name } = aws.service.items;
  const pages = Array.from({ length: Math.ceil(items.length / 10) }, (_, page) =>
    items.slice(page * 10, page * 10 + 10).map((one) => {
      const timer = randomTimerName();
      return { ...one, deadline, timer, timerAt: deadline, step: 'step-0' };
    }),
  );
  await pLimit(parallel).map(pages, async (page) => {
    const puts = page.map((one) => ({
      PutRequest: { Item: attributesOf(itemRecord(one)) },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: puts } }));
    const entries = page.map(({ workflow, item, timer }, index) => {
      const message: TimerMessage = { workflow, item, timer, armedAt: itemRecord().registeredAt };
      return { Id: String(index), MessageBody: JSON.stringify(message) };
    });
    await aws.sqs.send(new SendMessageBatchCommand({ QueueUrl: aws.timerQueue.url, Entries: entries }));
  });
}

/** Runs until all items are notified. Returns the peak of the resident bytes, and the time of the work. */
async function weather(
  service: SimulatedService,
  storms: number,
  { items, sweepEveryMs }: StormOptions,
  say: () => void,
): Promise<Pick<Storm, 'residentAtMost' | 'heapAtMost'> & { busyMs: number }> {
  const { clock, aws, timers } = service;
  let residentAtMost = 0;
  let heapAtMost = 0;
  let busyMs = 0;
  let firing: Promise<unknown> | undefined;
  let sweeping: Promise<unknown> | undefined;
  let nextSweep = clock.now();
  let nextMinute = clock.now() + minuteMs;
  const isOver = () => {
    const minutes = (clock.now() - storms) / minuteMs;
    return minutes > watched.most || (minutes > watched.least && countTold(service.notifications) === items);
  };
  while (!isOver()) {
    const started = performance.now();
    firing ??= aws.emulator.fireDue().finally(() => {
      firing = undefined;
    });
    const taken = await timers.pollOnce();
    await service.receive();
    const { rss, heapUsed } = process.memoryUsage();
    residentAtMost = Math.max(residentAtMost, rss);
    heapAtMost = Math.max(heapAtMost, heapUsed);
    const isIdle = taken === 0 && firing === undefined;
    if (isIdle) await sweeping;
    const elapsed = Math.ceil(performance.now() - started);
    if (!isIdle) busyMs += elapsed;
    clock.advance(isIdle ? Math.max(0, nextSweep - clock.now()) : elapsed);
    if (clock.now() >= nextSweep && sweeping === undefined) {
      sweeping = service.sweep().finally(() => {
        sweeping = undefined;
      });
      nextSweep = clock.now() + sweepEveryMs;
    }
    if (clock.now() >= nextMinute) {
      say();
      nextMinute += minuteMs;
    }
  }
  await sweeping;
  await service.receive();
  return { residentAtMost, heapAtMost, busyMs };
}

function countTold(notifications: readonly Notification[]): number {
  const last = new Map(
    notifications.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map((one) => [one.workflow, one.counts.overdue]),
  );
  return [...last.values()].reduce((sum, count) => sum + count, 0);
}

async function countOverdue({ aws }: SimulatedService, all: readonly Item[]): Promise<number> {
  let count = 0;
  for (let start = 0; start < all.length; start += 100) {
    const found = await aws.service.items.readManyOpen(all.slice(start, start + 100));
    for (const record of found.values()) {
      if (!(record instanceof Error) && record.state === 'overdue' && record.reportedAt) count++;
    }
  }
  return count;
}
