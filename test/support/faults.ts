import type { EmbeddedWarden } from './warden.ts';

export type FaultMode = 'before' | 'after';

/** What is used of every SDK client; the types of their middleware have nothing else in common. */
interface Client {
  middlewareStack: {
    add(
      middleware: (
        next: (args: unknown) => Promise<unknown>,
        context: { commandName: string },
      ) => (args: unknown) => Promise<unknown>,
      options: { step: 'initialize' | 'finalizeRequest'; priority: 'high' | 'low' },
    ): void;
  };
}

/**
 * Stops a process at one of its calls to AWS: before the call, or after it took effect but its reply was lost. From
 * then on every call fails, as nothing runs on after a crash, until `revive`.
 */
export class Faults {
  calls: string[] = [];
  #crash: { at: number; mode: FaultMode } | undefined;
  #crashed = false;
  #lost: number | undefined;
  #between: { at: number; work: () => Promise<unknown> } | undefined;

  constructor({ aws }: EmbeddedWarden) {
    for (const client of [aws.dynamodb, aws.scheduler, aws.sns] as unknown as Client[]) {
      // Outside of the client's own retries: a process that is gone does not retry.
      client.middlewareStack.add(
        (next, context) => (args) => this.#call(context.commandName, () => next(args)),
        { step: 'initialize', priority: 'high' },
      );
      // Inside of them, where the network is.
      client.middlewareStack.add((next) => (args) => this.#send(() => next(args)), {
        step: 'finalizeRequest',
        priority: 'low',
      });
    }
  }

  /** From the next call on: crash at the call with this index. */
  crashAt(at: number, mode: FaultMode): void {
    this.calls = [];
    this.#crash = { at, mode };
  }

  /** The call with this index takes effect, but its reply is lost, so that the client sends it again by itself. */
  loseReplyAt(at: number): void {
    this.calls = [];
    this.#lost = at;
  }

  /** Right before the call with this index, counted from now on, does some other work to its end. */
  interleave(at: number, work: () => Promise<unknown>): void {
    this.calls = [];
    this.#between = { at, work };
  }

  /** Forgets the calls so far and lets all go on. */
  revive(): void {
    this.calls = [];
    this.#crash = undefined;
    this.#crashed = false;
    this.#between = undefined;
    this.#lost = undefined;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  async #send<Reply>(next: () => Promise<Reply>): Promise<Reply> {
    const reply = await next();
    if (this.#lost !== this.calls.length - 1) return reply;
    this.#lost = undefined;
    throw Object.assign(new Error('the reply is lost'), { name: 'TimeoutError', code: 'ECONNRESET' });
  }

  async #call<Reply>(name: string, next: () => Promise<Reply>): Promise<Reply> {
    if (this.#crashed) throw new Error('the process is gone');
    const index = this.calls.push(name) - 1;
    const between = this.#between;
    if (between?.at === index) {
      this.#between = undefined;
      await between.work();
    }
    const crash = this.#crash;
    if (crash?.at !== index) {
      const reply = await next();
      if (this.#crashed) throw new Error('the process is gone');
      return reply;
    }
    // Whatever the reply is, it is lost.
    if (crash.mode === 'after') await Promise.allSettled([next()]);
    this.#crashed = true;
    throw new Error('the process is gone');
  }
}
