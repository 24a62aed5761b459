import type { ConnectedService } from '../../local/connect-service.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import type { Happening, History, Request } from '../history/history.ts';
import { type Asked, Ledger, type Ran } from '../ledger.ts';
import { effectsOn } from './effects.ts';
import type { Fault } from './fault.ts';
import { Fleet } from './fleet.ts';
import { httpEvent } from './http-event.ts';
import { httpRequest } from './http-request.ts';
import type { Instance, Outcome } from './instance.ts';
import { type Message, TimerQueue } from './timer-queue.ts';
import { Timers } from './timers.ts';
import type { VirtualTime } from './virtual-time.ts';

const minuteMs = 60_000;
/** A caller that has no reply sends the request again after this, in milliseconds, so many times. */
const retryMs = 2_000;
const mostTries = 4;
/** Every function has come to its end within this. */
const settledMs = 60_000;

/** The deployed service and those around it, in which a history takes its course. */
export class World {
  readonly ledger: Ledger;
  readonly #time: VirtualTime;
  readonly #history: History;
  readonly #fleet: Fleet;
  readonly #faults = new Map<Ran['name'], Fault[]>();

  constructor(aws: ConnectedService, time: VirtualTime, history: History) {
    const { happenings, skews, seed } = history;
    const random = seededRandom(seed);
    this.#time = time;
    this.#history = history;
    const ledger = new Ledger(time.now());
    this.ledger = ledger;
    const count = (what: string) => ledger.count(what);
    const queue = new TimerQueue({ time, count, handle: (messages) => this.#checkTimers(messages) });
    const fates = new Map(
      happenings.flatMap((one) => (one.does === 'timer' ? [[one.which, one.fate] as const] : [])),
    );
    const send = (body: string) => queue.send(body);
    const timers = new Timers({ time, scheduler: aws.scheduler, fates, random, send, count });
    const onEffect = effectsOn({ ledger, timers, time }, aws);
    this.#fleet = new Fleet({ aws, time, ledger, random, skews, onEffect });
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

  /** Lets time pass, in which nothing is made to go wrong any more. */
  async calm(ms: number): Promise<void> {
    this.#faults.clear();
    await this.#time.runUntil(this.#time.now() + ms);
    this.ledger.endedAt = this.#time.now();
  }

  /** Asks all at once, and returns when there are replies. */
  async ask(requests: readonly Request[]): Promise<void> {
    for (const request of requests) void this.#send(request, undefined);
    await this.#time.runUntil(this.#time.now() + settledMs);
  }

  #happen(happening: Happening): void {
    const { asked } = this.ledger;
    switch (happening.does) {
      case 'request':
        void this.#callerSends(happening.request, happening.fault, happening.isRetried);
        break;
      case 'repeat': {
        const earlier = asked[happening.which % Math.max(1, asked.length)];
        if (earlier === undefined) break;
        this.ledger.count('request again');
        void this.#send(earlier.request, undefined);
        break;
      }
      case 'fault':
        this.#faults.set(happening.of, [...(this.#faults.get(happening.of) ?? []), happening.fault]);
        break;
      case 'timer':
    }
  }

  async #callerSends(request: Request, fault: Fault | undefined, isRetried: boolean): Promise<void> {
    for (let tries = 0; tries < mostTries; tries++) {
      const { reply } = await this.#send(request, tries === 0 ? fault : undefined);
      if ((reply && reply.status < 500) || !isRetried) return;
      await this.#time.sleep(retryMs);
    }
  }

  async #send(request: Request, fault: Fault | undefined): Promise<Asked> {
    const number = this.ledger.asked.length;
    const at = this.#time.now();
    const open = { end: Number.POSITIVE_INFINITY, reply: undefined, isFaulted: false };
    const asked: Asked = { number, request, at, ...open };
    this.ledger.asked.push(asked);
    const sent = httpRequest(request);
    const { result, isFaulted } = await this.#fleet.run('http', fault, ({ functions, skewMs }) => {
      const route = functions.routes.find(
        ({ method, path }) => method === sent.method && path === sent.route,
      );
      if (route === undefined) throw new Error(`there is no route ${sent.method} ${sent.route}`);
      return route.handler(httpEvent(sent, number, at + skewMs));
    });
    asked.end = this.#time.now();
    asked.isFaulted = isFaulted;
    if (result === undefined) return asked;
    if ('error' in result) throw result.error;
    const { statusCode = 0, body = '' } = result.value;
    asked.reply = { status: statusCode, json: body === '' ? undefined : JSON.parse(body) };
    return asked;
  }

  /** Runs the function every minute. */
  #every(name: 'sweep' | 'run-redrives', at: number, work: (instance: Instance) => Promise<unknown>): void {
    this.#time.at(at, () => {
      this.#every(name, at + minuteMs, work);
      void this.#runAlone(name, work);
    });
  }

  async #checkTimers(Records: Message[]): Promise<ReadonlySet<string> | undefined> {
    const { result } = await this.#runAlone('check-timers', ({ functions }) =>
      functions.checkTimers({ Records }),
    );
    if (result === undefined || 'error' in result) return undefined;
    return new Set(result.value.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  }

  async #runAlone<Result>(
    name: Ran['name'],
    work: (instance: Instance) => Promise<Result>,
  ): Promise<Outcome<Result>> {
    const at = this.#time.now();
    const outcome = await this.#fleet.run(name, this.#faults.get(name)?.shift(), work);
    const { result, isFaulted } = outcome;
    const error = result && 'error' in result ? result.error : undefined;
    const isWhole = result !== undefined && error === undefined && !isFaulted;
    this.ledger.ran.push({ name, at, end: this.#time.now(), isWhole, isFaulted, error });
    return outcome;
  }
}
