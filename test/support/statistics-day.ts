import { ItemEvent } from '../../core/contract/item-event.ts';
import { RedriveMessage } from '../../core/contract/redrive.ts';
import { complete } from '../../core/operations/items/complete.ts';
import { progress } from '../../core/operations/items/progress.ts';
import { register } from '../../core/operations/items/register.ts';
import { runRedrives } from '../../core/operations/redrives/run-redrives.ts';
import { startRedrive } from '../../core/operations/redrives/start-redrive.ts';
import { readStatistics } from '../../core/operations/workflows/read-statistics.ts';
import { saveWorkflow } from '../../core/operations/workflows/save-workflow.ts';
import type { Ports } from '../../core/ports.ts';
import { create as createCheckTimers } from '../../functions/check-timers.ts';
import { EventSource } from '../../local/event-source.ts';
import { connectMemory, type MemoryService } from '../../prove/memory/connect-memory.ts';
import { type Action, type DayOptions, planDay } from './day-plan.ts';
import { type Counted, Fleet, Killed, type KilledInstance } from './fleet.ts';
import { ManualClock } from './manual-clock.ts';
import { type Measured, measured, measuredOf } from './measured.ts';
import { seededRandom } from './seeded-random.ts';
import { Subscriber } from './subscriber.ts';

const second = 1_000;
const hourMs = 3_600 * second;
/** How often timers are handled when nothing else happens. */
const longestStepMs = 5 * second;
/** How often their queue is searched for timers that a killed instance has left there. */
const pollEveryMs = 30 * second;
/** A timeout on trial. */
const shadowMs = 10 * second;
const silent = { info() {}, warn() {}, error() {}, metrics() {} };

export interface StatisticsDayOptions {
  seed: number;
  /** What comes at once, and what comes over the whole day: each in workflows of its own. */
  load: Omit<DayOptions, 'seed'>;
  rest: Omit<DayOptions, 'seed'>;
  /** How many instances each function has. */
  instances: number;
  /** One of so many invocations kills its instance. */
  killEvery: number;
}

export interface StatisticsOfWorkflow {
  workflow: string;
  isLoad: boolean;
  items: number;
  /** What the service says. */
  byHour: Measured;
  byDay: Measured;
  /** What callers and subscribers have heard: all of it, and without what killed instances had not written. */
  heard: Measured;
  kept: Measured;
  /** Write units that the statistics consumed. */
  units: number;
}

export interface StatisticsDay {
  actions: number;
  workflows: StatisticsOfWorkflow[];
  killed: readonly KilledInstance[];
  unwritten: Fleet['unwritten'];
}

/**
 * A day of items, of which many come at once, through several instances of each function, of which some are killed. The
 * clock is moved by hand.
 */
export async function statisticsDay(
  { load, rest, ...options }: StatisticsDayOptions,
  say: (line: string) => void = () => {},
): Promise<StatisticsDay> {
  const { seed } = options;
  const plans = [planDay({ ...load, seed }), planDay({ ...rest, seed: seed + 1 })];
  const [inLoad = new Set<string>()] = plans.map((plan) => new Set(plan.map(({ item }) => item.workflow)));
  const plan = plans.flat().sort((one, other) => one.at - other.at);
  const clock = new ManualClock();
  const aws = await connectMemory({ clock, log: silent });
  try {
    const replay = new Replay(aws, clock, options, {
      events: await Subscriber.of(aws, aws.itemEventTopicArn, 'machines', (body) => ItemEvent.parse(body)),
      redriven: await Subscriber.of(aws, aws.redriveTopicArn, 'upstream', (body) =>
        RedriveMessage.parse(body),
      ),
    });
    await replay.run(plan, say);
    const workflows = await replay.judge(plan);
    return {
      actions: plan.length,
      workflows: workflows.map((one) => ({ ...one, isLoad: inLoad.has(one.workflow) })),
      killed: replay.fleet.killed,
      unwritten: replay.fleet.unwritten,
    };
  } finally {
    await aws.close();
  }
}

interface Heard {
  events: Subscriber<ItemEvent>;
  redriven: Subscriber<RedriveMessage>;
}

class Replay {
  readonly #aws: MemoryService;
  readonly #clock: ManualClock;
  readonly fleet: Fleet;
  readonly #heard: Heard;
  readonly #timers: EventSource;
  /** Attempts that are counted already as late under the timeout on trial. */
  readonly #shadowLate = new Set<string>();

  constructor(
    aws: MemoryService,
    clock: ManualClock,
    { seed, instances, killEvery }: Pick<StatisticsDayOptions, 'seed' | 'instances' | 'killEvery'>,
    heard: Heard,
  ) {
    this.#aws = aws;
    this.#clock = clock;
    this.#heard = heard;
    const running = { clock, log: silent };
    this.fleet = new Fleet({ aws, running, random: seededRandom(seed), instances, killEvery });
    this.#timers = new EventSource({
      client: aws.sqs,
      queueUrl: aws.timerQueue.url,
      queueArn: aws.timerQueue.arn,
      batchSize: 100,
      windowMs: 0,
      // What a killed instance had comes again.
      handler: (event) => this.#checkTimers(event),
      onError: unlessKilled,
    });
  }

  async run(plan: readonly Action[], say: (line: string) => void): Promise<void> {
    const clock = this.#clock;
    const begun = clock.now();
    const workflows = workflowsOf(plan);
    for (const workflow of workflows) {
      const note = this.#aws.service.audit.noteFor('nobody', workflow);
      const settings = { shadowTimeout: shadowMs / second };
      await saveWorkflow(this.#aws.service, { workflow, settings, note });
    }
    const left = [...plan].reverse();
    const end = begun + (plan.at(-1)?.at ?? 0) + 2 * pollEveryMs;
    let nextPoll = begun;
    let nextRedrive = begun + hourMs / 2;
    while (clock.now() < end) {
      const due = begun + (left.at(-1)?.at ?? Number.POSITIVE_INFINITY);
      clock.set(Math.min(Math.max(due, clock.now()), clock.now() + longestStepMs));
      while (begun + (left.at(-1)?.at ?? Number.POSITIVE_INFINITY) <= clock.now()) {
        await this.#act(left.pop() as Action);
      }
      if (this.#aws.memory.fireDue() > 0 || clock.now() >= nextPoll) {
        while ((await this.#timers.pollOnce()) > 0);
        nextPoll = clock.now() + pollEveryMs;
      }
      if (clock.now() < nextRedrive) continue;
      nextRedrive += hourMs;
      for (const workflow of workflows) await this.#redrive(workflow);
      say(`${((clock.now() - begun) / hourMs).toFixed(1)} hours have passed`);
    }
    await this.fleet.writeAll();
  }

  /** The service's figures beside the figures of callers and subscribers. */
  async judge(plan: readonly Action[]): Promise<Omit<StatisticsOfWorkflow, 'isLoad'>[]> {
    const lost = new Set(this.fleet.killed.flatMap(({ unwritten }) => unwritten));
    return Promise.all(
      workflowsOf(plan).map(async (workflow) => {
        const said = async (by: 'hour' | 'day') =>
          measuredOf(await readStatistics(this.#aws.service, { workflow, query: { by } }));
        const heard = this.fleet.counted.filter((one) => one.workflow === workflow);
        return {
          workflow,
          items: plan.filter(({ does, item }) => does === 'register' && item.workflow === workflow).length,
          byHour: await said('hour'),
          byDay: await said('day'),
          heard: measured(heard),
          kept: measured(heard.filter((one) => !lost.has(one))),
          units: this.fleet.unitsOf(workflow),
        };
      }),
    );
  }

  async #act({ item: planned, does }: Action): Promise<void> {
    const { workflow, item, timeoutMs } = planned;
    const one = { workflow, item };
    const timeout = timeoutMs / second;
    const change = (ports: Ports, request: Parameters<typeof progress>[1]['request']) =>
      progress(ports, { ...one, only: {}, request, data: undefined });
    const work = async (ports: Ports): Promise<Counted[]> => {
      switch (does) {
        case 'register':
          await register(ports, { ...one, request: { timeout }, data: undefined });
          return [this.#counted(workflow, { started: 1 })];
        case 'complete':
          return [this.#completed(one, await complete(ports, { ...one, only: {} }))];
        case 'fail':
          await change(ports, { failed: { reason: 'disk full' } });
          return [this.#counted(workflow, { failed: 1 })];
        default:
          await change(ports, { step: 'copied', ...(does === 'extend' && { timeout }) });
          return [];
      }
    };
    const name = does === 'register' || does === 'complete' ? does : 'progress';
    await this.fleet.invoke(name, work).catch(unlessKilled);
  }

  #completed(one: { workflow: string; item: string }, reply: Awaited<ReturnType<typeof complete>>): Counted {
    const { outcome, attempt, tookMs } = reply;
    if (outcome === 'early') throw new Error(`${one.item} was never registered`);
    const name = ({ 'on-time': 'onTime', late: 'late', recovered: 'recovered' } as const)[outcome];
    const isShadowLate = tookMs > shadowMs && !this.#shadowLate.has(attemptOf({ ...one, attempt }));
    return { ...this.#counted(one.workflow, { [name]: 1, shadowLate: Number(isShadowLate) }), tookMs };
  }

  async #checkTimers(event: unknown): Promise<Awaited<ReturnType<ReturnType<typeof createCheckTimers>>>> {
    let reply: Awaited<ReturnType<ReturnType<typeof createCheckTimers>>> = { batchItemFailures: [] };
    await this.fleet.invoke('check-timers', async (ports) => {
      reply = await createCheckTimers(ports)(event);
      const overdue = (await this.#heard.events.take()).filter((one) => one.event === 'item.overdue');
      return overdue.map((one) => this.#overdue(one));
    });
    return reply;
  }

  #overdue(event: ItemEvent): Counted {
    const isShadowLate = Date.parse(event.deadline) - Date.parse(event.startedAt) >= shadowMs;
    if (isShadowLate) this.#shadowLate.add(attemptOf(event));
    return this.#counted(event.workflow, { overdue: 1, shadowLate: Number(isShadowLate) });
  }

  async #redrive(workflow: string): Promise<void> {
    const { service } = this.#aws;
    const note = service.audit.noteFor('nobody', workflow);
    await startRedrive(service, { workflow, request: { rate: 1_000 }, by: 'nobody', note });
    const work = async (ports: Ports) => {
      await runRedrives(ports);
      const resumed = await this.#heard.redriven.take();
      return resumed.map((message) => this.#counted(message.workflow, { started: 1, resumed: 1 }));
    };
    await this.fleet.invoke('run-redrives', work).catch(unlessKilled);
  }

  #counted(workflow: string, counts: Counted['counts']): Counted {
    return { workflow, at: this.#clock.now(), counts };
  }
}

function workflowsOf(plan: readonly Action[]): string[] {
  return [...new Set(plan.map(({ item }) => item.workflow))];
}

function attemptOf({ workflow, item, attempt }: { workflow: string; item: string; attempt: number }): string {
  return `${workflow}/${item}/${attempt}`;
}

function unlessKilled(error: unknown): void {
  if (!(error instanceof Killed)) throw error;
}
