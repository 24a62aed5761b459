import { setImmediate } from 'node:timers/promises';
import type { EmbeddedWarden } from './warden.ts';

interface Client {
  middlewareStack: {
    add(
      middleware: (next: (args: unknown) => Promise<unknown>) => (args: unknown) => Promise<unknown>,
      options: { step: 'build' },
    ): void;
  };
}

/** Lets operations that run at once make their calls to AWS one by one, in an order that is chosen from outside. */
export class Turns {
  #waiting: (() => Promise<unknown>)[] = [];
  #on = false;

  constructor({ aws }: EmbeddedWarden) {
    for (const client of [aws.dynamodb, aws.scheduler, aws.sns] as unknown as Client[]) {
      client.middlewareStack.add((next) => (args) => this.take(() => next(args)), { step: 'build' });
    }
  }

  /** Does the work when its turn has come; at once if nobody takes turns. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.#on) return work();
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => work().then(resolve, reject));
    });
  }

  /**
   * Runs all to their ends, and returns the errors that they threw.
   *
   * @param choose whose turn is next, of this many; each may have more than one call in progress
   */
  async run(
    works: readonly (() => Promise<unknown>)[],
    choose: (count: number) => number,
  ): Promise<unknown[]> {
    this.#on = true;
    const errors: unknown[] = [];
    let running = works.length;
    for (const work of works) {
      void work()
        .catch((error: unknown) => errors.push(error))
        .finally(() => running--);
    }
    while (running > 0) {
      // The operation that has the turn makes its next call.
      await setImmediate();
      if (this.#waiting.length === 0) continue;
      const [next] = this.#waiting.splice(choose(this.#waiting.length), 1);
      await next?.();
    }
    this.#on = false;
    return errors;
  }
}
