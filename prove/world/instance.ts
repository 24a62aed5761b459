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

/** What an invocation came to: undefined if its process ended without a reply. */
export interface Outcome<Result> {
  result: { value: Result } | { error: unknown } | undefined;
  isFaulted: boolean;
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

/** The client for functions: their calls are those of the invocation that makes them. */
function metered<Client extends object>(client: Client, onEffect: OnEffect): Client {
  const sender = client as unknown as Sender;
  const send = (command: { input: unknown }, ...rest: unknown[]) => {
    const invocation = current.getStore();
    const reallySend = async () => {
      const reply = await sender.send(command, ...rest);
      onEffect({
        command: command.constructor.name,
        input: command.input,
        reply,
        since: invocation?.begunAt ?? 0,
      });
      return reply;
    };
    return invocation ? invocation.call(reallySend) : reallySend();
  };
  return Object.create(client, { send: { value: send } });
}

export function meteredClients(
  { dynamodb, scheduler, sns }: { dynamodb: DynamoDBClient; scheduler: SchedulerClient; sns: SNSClient },
  onEffect: OnEffect,
): Clients {
  return new Clients([dynamodb, scheduler, sns].map((client) => metered(client, onEffect)));
}

/** A process that runs functions: a clock of its own, and what it keeps in memory from one invocation to the next. */
export class Instance {
  readonly skewMs: number;
  readonly functions: ReturnType<typeof createFunctions>;
  isBusy = false;
  readonly #ports: Ports;

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

  /** Runs a function of this process, and writes its statistics as Lambda does. */
  async run<Result>(work: () => Promise<Result>, options: InvocationOptions): Promise<Outcome<Result>> {
    const invocation = new Invocation(options);
    this.isBusy = true;
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
    const { isGone, isFaulted, calls } = invocation;
    return { result: isGone ? undefined : result, isFaulted, calls };
  }
}
