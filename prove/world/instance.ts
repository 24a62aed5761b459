import { AsyncLocalStorage } from 'node:async_hooks';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { SNSClient } from '@aws-sdk/client-sns';
import { Clients } from '../../core/aws/clients.ts';
import { connect } from '../../core/lambda/connect.ts';
import { createLog } from '../../core/log.ts';
import type { Ports } from '../../core/ports.ts';
import type { ConnectedService } from '../../local/connect-service.ts';
import { connectors } from '../../local/connectors.ts';
import { createFunctions } from '../../local/functions.ts';
import { Invocation, type InvocationOptions } from './invocation.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The result of an invocation: undefined if its process ended without a reply. */
export interface Outcome<Result> {
  result: { value: Result } | { error: unknown } | undefined;
  isFaulted: boolean;
  /** The input of the call at which the fault happened. */
  faultedInput: unknown;
  calls: number;
}

const current = new AsyncLocalStorage<Invocation>();

/** A call that took effect, and when the function began that made it. */
export interface Effect {
  command: string;
  input: unknown;
  reply: unknown;
  since: number;
}
export type OnEffect = (effect: Effect) => void;

type Sender = { send(command: unknown, ...rest: unknown[]): Promise<unknown> };

/**
 * Which partitions of the index were ever written. A sweep queries dozens of each workflow, and a history uses one or
 * two: the others are known to be empty, without asking the engine.
 */
class KnownQueues {
  readonly #written = new Set<string | undefined>();

  /** The reply to a query of a partition that was never written; undefined for every other call. */
  answer({ IndexName, Item, ExpressionAttributeValues: values }: WrittenOrAsked): unknown {
    if (Item?.queue) this.#written.add(Item.queue.S);
    if (values?.[':set_queue']) this.#written.add(values[':set_queue'].S);
    if (IndexName === undefined || this.#written.has(values?.[':queue']?.S)) return undefined;
    return { Items: [], Count: 0, ScannedCount: 0, $metadata: {} };
  }
}

interface WrittenOrAsked {
  IndexName?: string;
  Item?: Record<string, { S?: string }>;
  ExpressionAttributeValues?: Record<string, { S?: string }>;
}

/** The client for functions: each call belongs to the invocation that makes it. */
function metered<Client extends object>(client: Client, queues: KnownQueues, onEffect: OnEffect): Client {
  const sender = client as unknown as Sender;
  const send = (command: { input: WrittenOrAsked }, ...rest: unknown[]) => {
    const invocation = current.getStore();
    const { input } = command;
    const { name } = command.constructor;
    const reallySend = async () => {
      const reply = queues.answer(input) ?? (await sender.send(command, ...rest));
      onEffect({ command: name, input, reply, since: invocation?.begunAt ?? 0 });
      return reply;
    };
    return invocation ? invocation.call(name, input, reallySend) : reallySend();
  };
  return Object.create(client, { send: { value: send } });
}

export function meteredClients(
  { dynamodb, scheduler, sns }: { dynamodb: DynamoDBClient; scheduler: SchedulerClient; sns: SNSClient },
  onEffect: OnEffect,
): Clients {
  const queues = new KnownQueues();
  return new Clients([dynamodb, scheduler, sns].map((client) => metered(client, queues, onEffect)));
}

/** A process that runs functions: it has a clock of its own, and memory that lasts from one invocation to the next. */
export class Instance {
  readonly skewMs: number;
  readonly functions: ReturnType<typeof createFunctions>;
  isBusy = false;
  readonly #ports: Ports;
  #guarded: ReturnType<typeof createFunctions> | undefined;

  constructor(
    { environment }: Pick<ConnectedService, 'environment'>,
    clients: Clients,
    time: VirtualTime,
    { skewMs, onLog }: { skewMs: number; onLog: (line: string) => void },
  ) {
    this.skewMs = skewMs;
    const running = { clock: time.skewed(skewMs), log: createLog(onLog) };
    const wait = (ms: number) => current.getStore()?.sleep(ms) ?? time.sleep(ms);
    // A retry would wait in real time.
    const publishRetry = { retries: 0 };
    const connected: Ports = connect(connectors, environment, running, clients);
    this.#ports = { ...connected, wait, publishRetry };
    this.functions = createFunctions(this.#ports, { auth: false });
  }

  /** The functions for callers with tokens. Few requests need them. */
  guarded(): ReturnType<typeof createFunctions> {
    this.#guarded ??= createFunctions(this.#ports, { auth: true });
    return this.#guarded;
  }

  /** Runs a function of this process, and writes its statistics as Lambda does. */
  async run<Result>(work: () => Promise<Result>, options: InvocationOptions): Promise<Outcome<Result>> {
    const invocation = new Invocation(options);
    this.isBusy = true;
    options.time.begin(invocation);
    const result = await Promise.race([
      invocation.gone.then(() => undefined),
      current.run(invocation, async () => {
        try {
          return { value: await work() };
        } catch (error) {
          return { error };
        } finally {
          await this.#ports.statistics.flushIfDue();
        }
      }),
    ]);
    this.isBusy = false;
    options.time.end(invocation);
    const { isGone, isFaulted, faultedInput, calls } = invocation;
    return { result: isGone ? undefined : result, isFaulted, faultedInput, calls };
  }

  /** Writes the counts that this process still has in its memory. */
  async writeStatistics(): Promise<void> {
    await this.#ports.statistics.flush();
  }
}
