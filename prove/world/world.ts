import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSBatchResponse } from 'aws-lambda';
import { keyOf } from '../../core/aws/items/keys.ts';
import type { ConnectedService } from '../../local/connect-service.ts';
import { itemsTable } from '../../local/names.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import type { Happening, History } from '../history/history.ts';
import type { Request } from '../history/request.ts';
import { Ledger, type Ran } from '../ledger.ts';
import { Callers } from './callers.ts';
import { effectsOn } from './effects.ts';
import type { Fault } from './fault.ts';
import { Fleet } from './fleet.ts';
import type { Instance, Outcome } from './instance.ts';
import { type Message, MessageQueue } from './message-queue.ts';
import { itemName, workflowName } from './names.ts';
import { stormOf } from './storm.ts';
import { Timers } from './timers.ts';
import type { VirtualTime } from './virtual-time.ts';

const minuteMs = 60_000;
/** As in the stack. */
const timerQueue = { hiddenMs: 30_000, mostReceives: 5 };
const ingestQueue = { hiddenMs: 60_000, mostReceives: 10 };
/** Every function has come to its end within this. */
const settledMs = 60_000;

/** The deployed service and its surroundings, in which a history takes its course. */
export class World {
  readonly ledger: Ledger;
  readonly #aws: ConnectedService;
  readonly #time: VirtualTime;
  readonly #history: History;
  readonly #fleet: Fleet;
  readonly #callers: Callers;
  readonly #faults = new Map<Ran['name'], Fault[]>();

  constructor(aws: ConnectedService, time: VirtualTime, history: History) {
    const { happenings, skews, seed } = history;
    const random = seededRandom(seed);
    this.#aws = aws;
    this.#time = time;
    this.#history = history;
    const ledger = new Ledger(time.now());
    this.ledger = ledger;
    const count = (what: string) => ledger.count(what);
    const queue = new MessageQueue({
      ...timerQueue,
      time,
      count,
      handle: (messages) => this.#checkTimers(messages),
    });
    const ingest = new MessageQueue({
      ...ingestQueue,
      time,
      count,
      handle: (messages) => this.#ingest(messages),
    });
    const fates = new Map(
      happenings.flatMap((one) => (one.does === 'timer' ? [[one.which, one.fate] as const] : [])),
    );
    const send = (body: string) => queue.send(body);
    const timers = new Timers({ time, scheduler: aws.scheduler, fates, random, send, ledger });
    const onEffect = effectsOn({ ledger, timers, time }, aws);
    this.#fleet = new Fleet({ aws, time, ledger, random, skews, onEffect });
    this.#callers = new Callers({ time, ledger, fleet: this.#fleet, ingest });
  }

  /** Lets the history happen. */
  async live(): Promise<void> {
    const { happenings, sweepAt } = this.#history;
    const { begunAt } = this.ledger;
    this.#every('sweep', begunAt + sweepAt, ({ functions }) => functions.sweep());
    this.#every('run-redrives', begunAt + sweepAt + 5_000, ({ functions }) => functions.runRedrives());
    let at = begunAt;
    for (const happening of happenings) {
      at += happening.after;
      this.#time.at(at, () => this.#happen(happening));
    }
    await this.#time.runUntil(at);
  }

  /** Lets time pass, without further faults. */
  async calm(ms: number): Promise<void> {
    this.#faults.clear();
    await this.#time.runUntil(this.#time.now() + ms);
    this.ledger.endedAt = this.#time.now();
  }

  /** Sends all requests at the same time, and returns when all replies are there. */
  async ask(requests: readonly Request[]): Promise<void> {
    for (const request of requests) void this.#callers.send(request, undefined);
    await this.#time.runUntil(this.#time.now() + settledMs);
  }

  /** Lets every process write the counts that it has. */
  async writeStatistics(): Promise<void> {
    await this.#fleet.writeStatistics();
    this.ledger.countedAt = this.#time.now();
  }

  /** Reads from the table the attributes that the service keeps of completed items. */
  async readReceipts(): Promise<void> {
    const { Items = [] } = await this.#aws.dynamodb.send(new ScanCommand({ TableName: itemsTable }));
    for (const record of Items) {
      if (record.state?.S !== 'completed') continue;
      this.ledger.receipts.push({
        item: `${record.pk?.S} ${record.item?.S}`,
        attributes: Object.keys(record),
      });
    }
  }

  #happen(happening: Happening): void {
    const { asked, outages } = this.ledger;
    const now = this.#time.now();
    switch (happening.does) {
      case 'request':
        void this.#callers.ask(happening.request, happening.fault, happening.isRetried);
        break;
      case 'repeat': {
        const earlier = asked[happening.which % Math.max(1, asked.length)];
        if (earlier === undefined) break;
        this.ledger.count('request again');
        void this.#callers.send(earlier.request, undefined);
        break;
      }
      case 'fault':
        this.#faults.set(happening.of, [...(this.#faults.get(happening.of) ?? []), happening.fault]);
        break;
      case 'outage':
        this.ledger.count('outage');
        outages.push({ from: now, to: now + happening.ms });
        break;
      case 'damage':
        void this.#damage(happening);
        break;
      case 'storm':
        for (const request of stormOf(happening)) void this.#callers.ask(request, undefined, true);
        break;
      case 'timer':
    }
  }

  /** Makes the record of an item unreadable, if there is one. */
  async #damage({ workflow, item }: { workflow: number; item: number }): Promise<void> {
    const name = { workflow: workflowName(workflow), item: itemName(item) };
    const damage = new UpdateItemCommand({
      TableName: itemsTable,
      Key: keyOf(name),
      UpdateExpression: 'SET startedAt = :nothing',
      ConditionExpression: 'attribute_exists(startedAt)',
      ExpressionAttributeValues: { ':nothing': { S: 'not a time' } },
    });
    const isThere = await this.#time.outside(() =>
      this.#aws.dynamodb.send(damage).then(
        () => true,
        () => false,
      ),
    );
    if (!isThere) return;
    this.ledger.count('record damaged');
    this.ledger.damaged.push({ ...name, at: this.#time.now() });
  }

  /** Runs the function every minute. */
  #every(name: 'sweep' | 'run-redrives', at: number, work: (instance: Instance) => Promise<unknown>): void {
    this.#time.at(at, () => {
      this.#every(name, at + minuteMs, work);
      void this.#runAlone(name, work);
    });
  }

  async #checkTimers(Records: Message[]): Promise<ReadonlySet<string>> {
    const isLost = this.#faults.get('check-timers')?.[0]?.losesMessages === true;
    const outcome = await this.#runAlone('check-timers', ({ functions }) =>
      functions.checkTimers({ Records }),
    );
    const failed = failedOf(Records, outcome);
    // Without its fault the function was whole, and messages of a whole function come again.
    if (!isLost || !outcome?.isFaulted) return failed;
    for (const _ of failed) this.ledger.count('message lost');
    return new Set();
  }

  async #ingest(Records: Message[]): Promise<ReadonlySet<string>> {
    return failedOf(
      Records,
      await this.#runAlone('ingest', ({ functions }) => functions.ingest({ Records })),
    );
  }

  /** Undefined in an outage. */
  async #runAlone<Result>(
    name: Ran['name'],
    work: (instance: Instance) => Promise<Result>,
  ): Promise<Outcome<Result> | undefined> {
    const at = this.#time.now();
    if (this.ledger.isOut(at)) return undefined;
    const outcome = await this.#fleet.run(name, this.#faults.get(name)?.shift(), work);
    const { result, isFaulted } = outcome;
    const error = result && 'error' in result ? result.error : undefined;
    // A record that cannot be read is an error of every sweep, which does everything else.
    const isExpected = error === undefined || this.ledger.damaged.length > 0;
    const isWhole = result !== undefined && isExpected && !isFaulted;
    this.ledger.ran.push({ name, at, end: this.#time.now(), isWhole, isFaulted, error });
    return outcome;
  }
}

/** The messages that come again: all of a function that came to no end. */
function failedOf(
  messages: readonly Message[],
  outcome: Outcome<SQSBatchResponse> | undefined,
): ReadonlySet<string> {
  const result = outcome?.result;
  if (result === undefined || 'error' in result) return new Set(messages.map(({ messageId }) => messageId));
  return new Set(result.value.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}
