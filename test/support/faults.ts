import type { PublishBatchCommandOutput, SNSClient } from '@aws-sdk/client-sns';
import { ItemEvent } from '../../core/contract/item-event.ts';
import type { Warden } from './warden.ts';

export type FaultMode = 'before' | 'after';

/** The part of every SDK client that is used. The types of their middleware have nothing else in common. */
interface Client {
  middlewareStack: {
    add(
      middleware: (
        next: (args: unknown) => Promise<unknown>,
        context: { commandName: string },
      ) => (args: { input?: unknown }) => Promise<unknown>,
      options: { step: 'initialize' | 'finalizeRequest'; priority: 'high' | 'low' },
    ): void;
  };
}

/**
 * Stops a process at one of its calls to AWS: before the call, or after it took effect but before its reply. From then
 * on every call fails, because nothing runs after a crash, until `revive`.
 */
export class Faults {
  calls: string[] = [];
  /** The input of each call. */
  inputs: unknown[] = [];
  #crash: { at: number; mode: FaultMode } | undefined;
  #crashed = false;
  #lost: number | undefined;
  #refused: number | undefined;
  #between: { at: number | string; work: () => Promise<unknown> } | undefined;

  constructor({ aws }: Warden) {
    for (const client of [aws.dynamodb, aws.scheduler, aws.sns] as unknown as Client[]) {
      // Outside the client's own retries, because a process that is gone does not retry.
      client.middlewareStack.add(
        (next, context) => (args) => this.#call(context.commandName, args.input, () => next(args)),
        { step: 'initialize', priority: 'high' },
      );
      // Inside the retries, where the network is.
      client.middlewareStack.add((next) => (args) => this.#send(() => next(args)), {
        step: 'finalizeRequest',
        priority: 'low',
      });
    }
  }

  /** From the next call on: crash at the call with this index. */
  crashAt(at: number, mode: FaultMode): void {
    this.#forget();
    this.#crash = { at, mode };
  }

  /** The call with this index takes effect, but its reply is lost, so that the client repeats it by itself. */
  loseReplyAt(at: number): void {
    this.#forget();
    this.#lost = at;
  }

  /** The call with this index fails without an effect, however often it is tried; everything else continues. */
  refuseAt(at: number): void {
    this.#forget();
    this.#refused = at;
  }

  /** Does some other work to its end right before the call with this index, counted from now on. */
  interleave(at: number, work: () => Promise<unknown>): void {
    this.#forget();
    this.#between = { at, work };
  }

  /** Does some other work to its end right before the next call of this command. */
  interleaveAt(command: string, work: () => Promise<unknown>): void {
    this.#between = { at: command, work };
  }

  /** Forgets the calls so far and lets all calls succeed. */
  revive(): void {
    this.#forget();
    this.#refused = undefined;
    this.#crash = undefined;
    this.#crashed = false;
    this.#between = undefined;
    this.#lost = undefined;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  #forget(): void {
    this.calls = [];
    this.inputs = [];
  }

  async #send<Reply>(next: () => Promise<Reply>): Promise<Reply> {
    const reply = await next();
    if (this.#lost !== this.calls.length - 1) return reply;
    this.#lost = undefined;
    throw Object.assign(new Error('the reply is lost'), { name: 'TimeoutError', code: 'ECONNRESET' });
  }

  async #call<Reply>(name: string, input: unknown, next: () => Promise<Reply>): Promise<Reply> {
    if (this.#crashed) throw new Error('the process is gone');
    const index = this.calls.push(name) - 1;
    this.inputs.push(input);
    if (this.#refused === index) throw new Error('the call is refused');
    const between = this.#between;
    if (between?.at === index || between?.at === name) {
      this.#between = undefined;
      await between.work();
    }
    const crash = this.#crash;
    if (crash?.at !== index) {
      const reply = await next();
      if (this.#crashed) throw new Error('the process is gone');
      return reply;
    }
    // Any reply is lost, also an error.
    if (crash.mode === 'after') await Promise.allSettled([next()]);
    this.#crashed = true;
    throw new Error('the process is gone');
  }
}

/**
 * Rejects single entries of batches of item events, as SNS does if a batch fails in part: it accepts the others and
 * answers 200. Returns the events rejected so far, and a function that ends this.
 */
export function refuseEvents(sns: SNSClient, isRefused: (event: ItemEvent) => boolean) {
  const refused: ItemEvent[] = [];
  sns.middlewareStack.add(
    (next) => async (args) => {
      if (!('PublishBatchRequestEntries' in args.input)) return next(args);
      const { PublishBatchRequestEntries: entries = [] } = args.input;
      const taken = entries.filter(({ Message = '' }) => !isRefused(ItemEvent.parse(JSON.parse(Message))));
      const left = entries.filter((entry) => !taken.includes(entry));
      refused.push(...left.map(({ Message = '' }) => ItemEvent.parse(JSON.parse(Message))));
      const input = { ...args.input, PublishBatchRequestEntries: taken };
      // SNS accepts no empty batch.
      const reply = taken.length > 0 ? await next({ ...args, input }) : { output: {}, response: {} };
      const Failed = left.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false }));
      return { ...reply, output: { ...(reply.output as PublishBatchCommandOutput), Failed } };
    },
    { step: 'initialize', name: 'refuseEvents' },
  );
  return { refused, restore: () => sns.middlewareStack.remove('refuseEvents') };
}

/** Fails every notification of people until it is ended. Item events are accepted. */
export function refuseNotifications(sns: SNSClient) {
  sns.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        commandName === 'PublishCommand' ? Promise.reject(new Error('SNS is not there')) : next(args),
    { step: 'initialize', name: 'refuseNotifications' },
  );
  return { restore: () => sns.middlewareStack.remove('refuseNotifications') };
}
