import type { StatisticsCounts } from '../../core/contract/statistics.ts';
import { statisticsKind } from '../../core/names/registry-kinds.ts';
import type { Ports } from '../../core/ports.ts';
import type { Running } from '../../core/running.ts';
import type { MemoryService } from '../../prove/memory/connect-memory.ts';

/** What an invocation has done that statistics count. */
export interface Counted {
  workflow: string;
  /** When, in ms since 1970. */
  at: number;
  counts: Partial<StatisticsCounts>;
  tookMs?: number;
}

interface Instance {
  ports: Ports;
  /** What it has counted since it wrote its statistics. */
  unwritten: Counted[];
}

/** An instance was killed after its work took effect, and before it wrote its statistics. */
export class Killed extends Error {
  override name = 'Killed';
}

export interface KilledInstance {
  /** When, in ms since 1970. */
  at: number;
  /** What it had counted and not written. */
  unwritten: Counted[];
}

export interface FleetOptions {
  aws: MemoryService;
  running: Running;
  random: () => number;
  /** How many instances each function has. */
  instances: number;
  /** One of so many invocations kills its instance. Without it, none does. */
  killEvery?: number;
}

/** Instances of functions, each with caches and statistics of its own, as Lambda runs them. */
export class Fleet {
  /** Everything that was counted, also by instances that were killed. */
  readonly counted: Counted[] = [];
  readonly killed: KilledInstance[] = [];
  /** What any instance had after an invocation and had not written: for how long at most, and how much. */
  unwritten = { longestMs: 0, most: 0 };
  /** Write units that the statistics of each workflow consumed, by the kind of their entries. */
  readonly #units = new Map<string, number>();
  readonly #options: FleetOptions;
  readonly #functions = new Map<string, Instance[]>();
  #invocations = 0;
  #nextKill: number;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#nextKill = this.#drawn();
    options.aws.dynamodb.middlewareStack.add(
      (next) => async (args) => {
        const { Key } = args.input as { Key?: { kind?: { S?: string } } };
        const kind = Key?.kind?.S ?? '';
        if (!kind.startsWith(statisticsKind(''))) return next(args);
        const reply = await next({
          ...args,
          input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as never,
        });
        const { ConsumedCapacity } = reply.output as { ConsumedCapacity?: { CapacityUnits?: number } };
        const units = ConsumedCapacity?.CapacityUnits ?? Number.NaN;
        this.#units.set(kind, (this.#units.get(kind) ?? 0) + units);
        return reply;
      },
      { step: 'initialize' },
    );
  }

  unitsOf(workflow: string): number {
    return this.#units.get(statisticsKind(workflow)) ?? 0;
  }

  /** Runs a function in one of its instances, which then writes its statistics if they are due. Throws a Killed. */
  async invoke(name: string, work: (ports: Ports) => Promise<Counted[]>): Promise<void> {
    const { random, running } = this.#options;
    const now = running.clock.now();
    const instances = this.#instancesOf(name);
    const at = Math.floor(random() * instances.length);
    const instance = instances[at] as Instance;
    const counted = await work(instance.ports);
    this.counted.push(...counted);
    instance.unwritten.push(...counted);
    if (this.#invocations++ === this.#nextKill) {
      instances[at] = this.#start();
      this.killed.push({ at: now, unwritten: instance.unwritten });
      this.#nextKill = this.#drawn();
      throw new Killed(name);
    }
    const before = this.#written();
    await instance.ports.statistics.flushIfDue();
    if (this.#written() > before) instance.unwritten = [];
    const { longestMs, most } = this.unwritten;
    const [{ at: first } = { at: now }] = instance.unwritten;
    this.unwritten = {
      longestMs: Math.max(longestMs, now - first),
      most: Math.max(most, instance.unwritten.length),
    };
  }

  /** An instance that stands still writes its counts when it is invoked again. */
  async writeAll(): Promise<void> {
    for (const { ports } of [...this.#functions.values()].flat()) await ports.statistics.flush();
  }

  /** Which invocation kills next: any of the next `killEvery`. */
  #drawn(): number {
    const { random, killEvery } = this.#options;
    if (killEvery === undefined) return Number.POSITIVE_INFINITY;
    return this.killed.length * killEvery + Math.floor(random() * killEvery);
  }

  #written(): number {
    return [...this.#units.values()].reduce((sum, units) => sum + units, 0);
  }

  #instancesOf(name: string): Instance[] {
    const running = this.#functions.get(name);
    if (running) return running;
    const started = Array.from({ length: this.#options.instances }, () => this.#start());
    this.#functions.set(name, started);
    return started;
  }

  #start(): Instance {
    const { aws, running } = this.#options;
    const ports = { ...aws.process(running), wait: async () => {}, publishRetry: { retries: 0 } };
    return { ports, unwritten: [] };
  }
}
