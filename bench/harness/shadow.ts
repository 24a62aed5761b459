import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { createLog } from '../../core/log.ts';
import { ensureSubscription } from '../../local/deliveries/delivery-queue.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';

/** Calls at the same time, like a caller with a pool of connections. */
export const parallel = 16;

const served = ['dynamodb', 'scheduler', 'sns', 'sqs'] as const;
type Served = (typeof served)[number];

interface Command {
  input: object;
}

interface Client {
  send(command: Command, ...options: unknown[]): Promise<unknown>;
}

/** A call that was made, to be made again. */
export interface Call {
  client: Served;
  command: Command;
}

/**
 * Embedded AWS twice, each in a data folder of its own: the functions work on the one, and `replay` sends their calls
 * once more to the other, without the functions. Both have the same items at any time, so the same conditions hold. The
 * time of the replay is the floor: the bare SDK calls that the work needs.
 */
export class Shadow {
  readonly aws: EmbeddedAws;
  readonly #shadow: EmbeddedAws;
  readonly #folder: string;
  readonly #clock: { skippedMs: number };
  #calls: Call[] = [];

  private constructor(aws: EmbeddedAws, shadow: EmbeddedAws, folder: string, clock: { skippedMs: number }) {
    this.aws = aws;
    this.#shadow = shadow;
    this.#folder = folder;
    this.#clock = clock;
    for (const client of served) {
      const of = aws[client] as Client;
      const send = of.send.bind(of);
      of.send = (command, ...options) => {
        this.#calls.push({ client, command });
        return send(command, ...options);
      };
    }
  }

  static async start(): Promise<Shadow> {
    const folder = mkdtempSync(join(tmpdir(), 'warden-bench-'));
    const skipped = { skippedMs: 0 };
    const clock = { now: () => Date.now() + skipped.skippedMs };
    const log = createLog(() => {});
    const start = async (name: string) => {
      const aws = await startEmbeddedAws({ data: join(folder, name), clock, log, workflowLimit: 5_000 });
      await ensureSubscription({ ...aws, topicArn: aws.redriveTopicArn, queueName: 'upstream' });
      return aws;
    };
    return new Shadow(await start('functions'), await start('floor'), folder, skipped);
  }

  advance(ms: number): void {
    this.#clock.skippedMs += ms;
  }

  now(): number {
    return Date.now() + this.#clock.skippedMs;
  }

  /** Forgets the calls so far. */
  record(): void {
    this.#calls = [];
  }

  get calls(): number {
    return this.#calls.length;
  }

  /** How many of the calls since `record` are of this command. */
  countOf(command: string): number {
    return this.#calls.filter((call) => call.command.constructor.name === command).length;
  }

  /** Work that sends the calls since `record` to the other AWS, in their order. It forgets them. */
  replay(): () => Promise<void> {
    const calls = this.#calls.splice(0).map(({ client, command }) => {
      const Again = command.constructor as new (input: object) => Command;
      return { of: this.#shadow[client] as Client, command: new Again(command.input) };
    });
    return () => sendAll(calls);
  }

  async close(): Promise<void> {
    await this.aws.close();
    await this.#shadow.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Refused conditions are a part of the work: they were refused the first time, too. */
async function sendAll(calls: readonly { of: Client; command: Command }[]): Promise<void> {
  await pLimit(parallel).map([...calls], ({ of, command }) =>
    of.send(command).catch((error: Error) => {
      if (error.name !== 'ConditionalCheckFailedException' && error.name !== 'ResourceNotFoundException')
        throw error;
    }),
  );
}
