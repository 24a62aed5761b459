import type { Fault } from './fault.ts';
import type { Task, VirtualTime } from './virtual-time.ts';

export interface InvocationOptions {
  time: VirtualTime;
  fault: Fault | undefined;
  /** Lambda ends the function after this, in milliseconds. */
  limitMs: number;
  /** How long a call takes, in milliseconds. */
  latency: () => number;
}

/** A process that is gone makes no call and has no reply. */
export class Gone extends Error {
  override name = 'Gone';
}

/** One run of a function: its calls to AWS take time, can fail, and can be the last thing that it does. */
export class Invocation implements Task {
  calls = 0;
  /** The fault happened: the function made enough calls. */
  isFaulted = false;
  /** The input of the call at which the fault happened. */
  faultedInput: unknown;
  #isGone = false;
  #sleeping = 0;
  /** Calls among which the fault is counted. */
  #counted = 0;
  readonly begunAt: number;
  readonly #options: InvocationOptions;
  readonly #endsAt: number;
  #leave: () => void = () => {};
  /** Resolves when the process ends without a reply. */
  readonly gone: Promise<void>;

  constructor(options: InvocationOptions) {
    this.#options = options;
    this.begunAt = options.time.now();
    this.#endsAt = this.begunAt + options.limitMs;
    this.gone = new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get isWaiting(): boolean {
    return this.#isGone || this.#sleeping > 0;
  }

  async sleep(ms: number): Promise<void> {
    this.#sleeping++;
    await this.#options.time.sleep(ms);
    this.#sleeping--;
    this.#stayAlive();
  }

  /** Makes a call, with the fault that was planned for it. */
  async call<Reply>(command: string, input: unknown, send: () => Promise<Reply>): Promise<Reply> {
    const { time, fault, latency } = this.#options;
    this.calls++;
    const isCounted = fault !== undefined && command.startsWith(fault.of);
    const planned = isCounted && fault.at === this.#counted++ ? fault : undefined;
    await this.sleep(latency());
    if (planned === undefined) return this.#answered(time.outside(send));
    this.isFaulted = true;
    this.faultedInput = input;
    const settled = () => Promise.allSettled([time.outside(send)]);
    switch (planned.kind) {
      case 'crash before':
        throw this.#end();
      case 'crash after':
        await settled();
        throw this.#end();
      case 'refused':
        throw named('InternalServerError');
      case 'reply lost':
        await settled();
        throw named('TimeoutError');
      case 'repeated':
        await settled();
        return this.#answered(time.outside(send));
      case 'slow before':
        await this.sleep(planned.ms);
        return this.#answered(time.outside(send));
      case 'slow after': {
        const reply = await Promise.allSettled([time.outside(send)]);
        await this.sleep(planned.ms);
        if (reply[0].status === 'rejected') throw reply[0].reason;
        return reply[0].value;
      }
    }
  }

  async #answered<Reply>(sent: Promise<Reply>): Promise<Reply> {
    try {
      return await sent;
    } finally {
      this.#stayAlive();
    }
  }

  #stayAlive(): void {
    if (!this.#isGone && this.#options.time.now() < this.#endsAt) return;
    throw this.#end();
  }

  #end(): Gone {
    this.#isGone = true;
    this.#leave();
    return new Gone('the process is gone');
  }
}

function named(name: string): Error {
  return Object.assign(new Error('the call failed'), { name });
}
