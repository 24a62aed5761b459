import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { StatisticsCounts } from '../../core/contract/statistics.ts';
import { bucketOf, quantileMs, upperMs } from '../../core/model/workflow/duration-histogram.ts';
import { beginOf, sumOf } from '../../core/model/workflow/statistics.ts';
import { complete } from '../../core/operations/items/complete.ts';
import { progress } from '../../core/operations/items/progress.ts';
import { register } from '../../core/operations/items/register.ts';
import { type Action, type DayOptions, type PlannedItem, planDay } from './day-plan.ts';
import { seededRandom } from './seeded-random.ts';
import { type Message, SimulatedService } from './simulated-service.ts';

const second = 1_000;
const minuteMs = 60_000;
const sweepEveryMs = minuteMs;
/** How often timers are handled when nothing else happens. */
const longestStepMs = 5 * second;
/** An item that is not noticed by then was missed: 2 minutes until a timer counts as lost, and two sweeps. */
const noticedWithinMs = 4 * minuteMs;

/** Shares of calls, or messages, from 0 to 1. */
const throttled = 0.05;
const twice = 0.2;
const lostTimers = 0.05;
/** The most by which a timer is early or late. */
const jitterMs = 60 * second;
/** A failed message comes again after this, as with the visibility timeout of the queue. */
const againAfterMs = 30 * second;

export interface Day {
  actions: number;
  /** Items past their deadline, or failed, that were never notified. */
  missed: string[];
  /**
   * Items that were reported overdue although they were not, or whose requests were refused because the service took
   * them for overdue.
   */
  wrong: string[];
  /** Completed late before the breach was noticed; the reply said so. */
  lateUnnoticed: number;
  overdue: number;
  failed: number;
  caughtBySweep: number;
  /** Milliseconds from the deadline until an item was marked, sorted. */
  delays: number[];
  /** Notifications by workflow, without repeats of the same id. */
  notifications: Map<string, number>;
  incidents: number;
  /** The statistics at the end, and the sums of the replies of the service. */
  statistics: { read: Measured; ledger: Measured };
  throttledCalls: number;
  repeatedTimers: number;
  lostTimers: number;
}

/** Counts of attempts, and the percentiles of how long completed ones took. */
export type Measured = StatisticsCounts & { p50Ms: number; p99Ms: number };

/** The state of an item according to the replies of the service. */
interface Known {
  deadline: number;
  completed?: { at: number; outcome: string; tookMs: number };
  failed?: true;
  heard: ItemEvent[];
}

/**
 * Simulates a day of normal use, with a service whose timers come early, late, twice or not at all and whose SNS is
 * throttled. The plan follows from the seed. Which call meets a fault also depends on how calls interleave.
 */
export async function day(
  options: DayOptions & { inMemory?: boolean },
  say: (line: string) => void = () => {},
): Promise<Day> {
  const plan = planDay(options);
  const known = new Map<string, Known>();
  const repeats: { at: number; body: string }[] = [];
  const random = seededRandom(options.seed + 1);
  const counts = { throttledCalls: 0, repeatedTimers: 0, lostTimers: 0 };

  const service = await SimulatedService.start({
    inMemory: options.inMemory,
    jitterMs,
    random: seededRandom(options.seed + 2),
    onItemEvent: (event) => known.get(`${event.workflow}/${event.item}`)?.heard.push(event),
    onTimers: deliver,
    windowMs: 0,
  });
  const { aws, clock } = service;
  const begun = clock.now();

  async function deliver(messages: Message[], checkTimers: (kept: Message[]) => Promise<string[]>) {
    const kept = messages.filter(() => random() >= lostTimers);
    counts.lostTimers += messages.length - kept.length;
    const failed = new Set(await checkTimers(kept));
    for (const { messageId, body } of kept) {
      if (failed.has(messageId)) repeats.push({ at: clock.now() + againAfterMs, body });
      else if (random() < twice) {
        counts.repeatedTimers++;
        repeats.push({ at: clock.now() + random() * 5 * minuteMs, body });
      }
    }
  }
  aws.sns.middlewareStack.add(
    (next) => async (args) => {
      const fault = random();
      if (fault >= throttled) return next(args);
      counts.throttledCalls++;
      // Half of them have taken effect.
      if (fault < throttled / 2) await next(args);
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    },
    { step: 'initialize', priority: 'high' },
  );

  async function act({ item: planned, does }: Action): Promise<void> {
    const { workflow, item, timeoutMs } = planned;
    const one = { workflow, item };
    const own = known.get(`${workflow}/${item}`);
    const timeout = timeoutMs / second;
    const change = (request: Parameters<typeof progress>[1]['request']) =>
      progress(aws.service, { ...one, only: {}, request, data: undefined });
    if (does === 'register') {
      const reply = await register(aws.service, { ...one, request: { timeout }, data: undefined });
      known.set(`${workflow}/${item}`, { deadline: Date.parse(reply.deadline), heard: [] });
    } else if (own && does === 'complete') {
      const { outcome, tookMs } = await complete(aws.service, { ...one, only: {} });
      own.completed = { at: clock.now(), outcome, tookMs };
    } else if (own && does === 'fail') {
      await change({ failed: { reason: 'disk full' } });
      own.failed = true;
    } else if (own) {
      const { deadline } = await change(does === 'step' ? { step: 'copied' } : { step: 'copied', timeout });
      own.deadline = Date.parse(deadline);
    }
  }

  try {
    let next = 0;
    let nextSweep = clock.now() + sweepEveryMs;
    const retries: Action[] = [];
    const refused: string[] = [];
    const last = begun + (plan.at(-1)?.at ?? 0) + 2 * noticedWithinMs;
    while (clock.now() < last) {
      const nextAction = begun + (plan[next]?.at ?? Number.POSITIVE_INFINITY);
      clock.set(Math.min(Math.max(nextAction, clock.now()), nextSweep, clock.now() + longestStepMs));
      const due: Action[] = retries.splice(0);
      for (let action = plan[next]; action && begun + action.at <= clock.now(); action = plan[next]) {
        due.push(action);
        next++;
      }
      const acting = due.map((action) =>
        act(action).catch((error: Error) => {
          // Callers retry when the service has failed. Nothing in the plan may be refused.
          if (error.name === 'ThrottlingException') retries.push(action);
          else refused.push(`${action.item.workflow}/${action.item.item}: ${error.message}`);
        }),
      );
      const again = repeats.filter(({ at }) => at <= clock.now());
      for (const repeat of again) repeats.splice(repeats.indexOf(repeat), 1);
      for (const { body } of again) {
        await aws.sqs.send(new SendMessageCommand({ QueueUrl: aws.timerQueue.url, MessageBody: body }));
      }
      let messages = (await aws.emulator.fireDue()) + again.length;
      for (let taken = 1; messages > 0 && taken > 0; messages -= taken)
        taken = await service.timers.pollOnce();
      if (clock.now() >= nextSweep) {
        await service.sweep().catch((error: AggregateError) => {
          // The next sweep repeats throttled calls.
          for (const one of error.errors) if (one.name !== 'ThrottlingException') throw error;
        });
        nextSweep += sweepEveryMs;
        const hours = (clock.now() - begun) / (60 * minuteMs);
        if (hours % 2 === 0) say(`${hours} hours have passed`);
      }
      await Promise.all(acting);
      await aws.service.statistics.flushIfDue();
    }
    await service.receive();
    await aws.service.statistics.flush();
    const { wrong, ...judged } = judge(service, plan, known);
    const workflows = new Set(plan.map(({ item }) => item.workflow));
    const statistics = {
      read: await readAll(aws.service, [...workflows], begun),
      ledger: ledgerOf([...known.values()], judged.overdue),
    };
    return { ...judged, statistics, wrong: [...wrong, ...refused], actions: plan.length, ...counts };
  } finally {
    await service.close();
  }
}

/** The statistics of all workflows since a time, as the periods add up. */
async function readAll(
  service: SimulatedService['aws']['service'],
  workflows: readonly string[],
  begun: number,
): Promise<Measured> {
  const range = { from: beginOf(begun, 'hour'), to: service.clock.now() };
  const read = await Promise.all(
    workflows.map((workflow) => service.statistics.read(workflow, 'hour', range)),
  );
  const periods = read.flat().flatMap((period) => ('error' in period ? [] : [period]));
  const { counts, durations } = sumOf(periods);
  return { ...counts, p50Ms: quantileMs(durations, 0.5) ?? 0, p99Ms: quantileMs(durations, 0.99) ?? 0 };
}

function ledgerOf(items: readonly Known[], overdue: number): Measured {
  const completed = items.flatMap((item) => item.completed ?? []);
  const ended = (outcome: string) => completed.filter((one) => one.outcome === outcome).length;
  const took = completed.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  const at = (share: number) => upperMs(bucketOf(took[Math.max(1, Math.ceil(share * took.length)) - 1] ?? 0));
  return {
    started: items.length,
    onTime: ended('on-time'),
    late: ended('late'),
    recovered: ended('recovered'),
    overdue,
    failed: items.filter(({ failed }) => failed).length,
    shadowLate: 0,
    resumed: 0,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

function judge(service: SimulatedService, plan: readonly Action[], known: ReadonlyMap<string, Known>) {
  const told = new Set(service.notifications.map(({ incident }) => incident));
  const missed: string[] = [];
  const wrong: string[] = [];
  const counts = { lateUnnoticed: 0, overdue: 0, failed: 0 };
  const items = new Set<PlannedItem>(plan.map(({ item }) => item));
  for (const { workflow, item } of items) {
    const name = `${workflow}/${item}`;
    const { deadline, completed, failed, heard } = known.get(name) ?? { deadline: 0, heard: [] };
    const overdue = heard.filter(({ event }) => event === 'item.overdue');
    const failures = heard.filter(({ event }) => event === 'item.failed');
    const isPast = !failed && (completed === undefined || completed.at >= deadline);
    if (overdue.length > 0) counts.overdue++;
    if (failures.length > 0) counts.failed++;
    if (
      overdue.some(
        ({ at, ...event }) => !isPast || Date.parse(event.deadline) !== deadline || Date.parse(at) < deadline,
      )
    ) {
      wrong.push(name);
    }
    const ends = [...(isPast ? [overdue] : []), ...(failed ? [failures] : [])];
    for (const events of ends) {
      const isHeard = events.some(({ incident = '' }) => told.has(incident));
      if (isHeard) continue;
      if (isPast && completed && completed.at <= deadline + noticedWithinMs && completed.outcome === 'late') {
        counts.lateUnnoticed++;
      } else {
        missed.push(name);
      }
    }
  }
  const notifications = new Map<string, number>();
  for (const { workflow } of new Map(service.notifications.map((one) => [one.id, one])).values()) {
    notifications.set(workflow, (notifications.get(workflow) ?? 0) + 1);
  }
  return {
    ...counts,
    missed,
    wrong,
    caughtBySweep: service.metrics.caughtBySweep,
    delays: service.metrics.delays.toSorted((a, b) => a - b),
    notifications,
    incidents: told.size,
  };
}
