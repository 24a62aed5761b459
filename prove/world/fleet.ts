import {
  checkTimersTimeoutMs,
  requestTimeoutMs,
  runRedrivesTimeoutMs,
  sweepTimeoutMs,
} from '../../core/names/clockwork.ts';
import { statisticsKind } from '../../core/names/registry-kinds.ts';
import type { ConnectedService } from '../../local/connect-service.ts';
import type { Ledger, Ran } from '../ledger.ts';
import type { Fault } from './fault.ts';
import { Instance, meteredClients, type OnEffect, type Outcome } from './instance.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Kind = 'http' | Ran['name'];

const limits: Record<Kind, number> = {
  http: requestTimeoutMs,
  sweep: sweepTimeoutMs,
  'check-timers': checkTimersTimeoutMs,
  'run-redrives': runRedrivesTimeoutMs,
  ingest: requestTimeoutMs,
};
/** The longest that a call usually takes, in milliseconds. */
const usuallyMs = 20;

interface Options {
  aws: ConnectedService;
  time: VirtualTime;
  ledger: Ledger;
  random: () => number;
  /** Milliseconds by which the clocks of processes are ahead, in turn. */
  skews: readonly number[];
  onEffect: OnEffect;
}

/** The processes of all functions, started and ended as by Lambda. */
export class Fleet {
  readonly #options: Options;
  readonly #clients: ReturnType<typeof meteredClients>;
  readonly #instances: Record<Kind, Instance[]> = {
    http: [],
    sweep: [],
    'check-timers': [],
    'run-redrives': [],
    ingest: [],
  };
  #started = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#clients = meteredClients(options.aws, options.onEffect);
  }

  /** Runs a function in a process that is free. */
  async run<Result>(
    kind: Kind,
    fault: Fault | undefined,
    work: (instance: Instance) => Promise<Result>,
  ): Promise<Outcome<Result>> {
    const { time, ledger, random } = this.#options;
    const instance = this.#idle(kind);
    const latency = () => Math.ceil(usuallyMs * random());
    const outcome = await instance.run(() => work(instance), { time, fault, limitMs: limits[kind], latency });
    ledger.calls += outcome.calls;
    if (outcome.isFaulted && fault) ledger.count(fault.kind);
    const counted = countedIn(outcome.faultedInput);
    if (counted !== undefined) ledger.countedTwice.add(counted);
    if (outcome.result === undefined) this.#forget(kind, instance);
    return outcome;
  }

  /** Every process writes the counts that it still has, as it does with a later request. */
  async writeStatistics(): Promise<void> {
    const { time } = this.#options;
    for (const instance of Object.values(this.#instances).flat())
      await time.outside(() => instance.writeStatistics());
  }

  #idle(kind: Kind): Instance {
    const { aws, time, ledger, random, skews } = this.#options;
    const idle = this.#instances[kind].filter(({ isBusy }) => !isBusy);
    // Now and then another process, so that several processes know different facts.
    const found = random() < 0.8 ? idle[Math.floor(random() * idle.length)] : undefined;
    if (found) return found;
    const skewMs = skews[this.#started++ % skews.length] ?? 0;
    const onLog = (line: string) => ledger.logged.push(line);
    const instance = new Instance(aws, this.#clients, time, { skewMs, onLog });
    this.#instances[kind].push(instance);
    return instance;
  }

  #forget(kind: Kind, instance: Instance): void {
    this.#options.ledger.killed++;
    this.#instances[kind] = this.#instances[kind].filter((one) => one !== instance);
  }
}

/** The workflow whose counts this call was to write; undefined for every other call. */
function countedIn(input: unknown): string | undefined {
  const { kind } = (input as { Key?: { kind?: { S?: string } } } | undefined)?.Key ?? {};
  const prefix = statisticsKind('');
  return kind?.S?.startsWith(prefix) ? kind.S.slice(prefix.length) : undefined;
}
