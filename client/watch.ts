import type { BodyOf, ReplyOf } from '../core/contract/calls.ts';
import { limits } from '../core/contract/limits.ts';
import { reasonText } from '../core/contract/reason-text.ts';
import type { ItemCallLimits, ItemCalls, Spooled } from './item-calls.ts';
import type { ItemOperation } from './spool/spool.ts';
import type { Reporter, Trouble } from './trouble.ts';
import { type WardenError, wardenErrorOf } from './warden-error.ts';

export interface WatchOptions extends Omit<BodyOf<'register'>, 'item' | 'restart'> {
  /** Whether this run replaces another waiting run. True by default. If false, this run is then not watched. */
  restart?: boolean;
  /** Ends the wait for the warden before the work starts, and is passed on to the work as `watched.signal`. */
  signal?: AbortSignal;
  /**
   * The reason that people see if the work throws. Without it they see the error's name and code and not its message, which
   * often quotes data.
   */
  reasonOf?: (error: unknown) => string;
}

/** The watch, for the work. */
export interface Watched {
  readonly workflow: string;
  readonly item: string;
  /** The caller's name for doing this work once. */
  readonly run: string;
  /** registered: the warden watches the item. spooled: it will, when it can be reached. unwatched: it does not. */
  readonly registered: 'registered' | 'spooled' | 'unwatched';
  /** What the warden returned to the registration; `completed`: this run was completed before. */
  readonly reply: ReplyOf<'register'> | undefined;
  /** Aborted with the caller's signal, and when the warden says that another attempt has replaced this one. */
  readonly signal: AbortSignal;
  /** Reports that the work has reached a step. Awaiting it is optional. */
  readonly step: (name: string, details?: Pick<BodyOf<'progress'>, 'tags' | 'data'>) => Promise<void>;
  /**
   * Reports how far the work is, such as a count or a cursor, and if given a new deadline, counted from now. People are
   * warned if the value stays the same. Awaiting it is optional.
   */
  readonly progress: (value: number | string, timeout?: number | string) => Promise<void>;
  /** Sets a new deadline, counted from now. Awaiting it is optional. */
  readonly extend: (timeout: number | string) => Promise<void>;
}

export interface WatchParts {
  calls: Pick<ItemCalls, 'call'>;
  report: Reporter;
  /** The time limit of each call, in milliseconds. */
  timeoutMs: number;
  /** Whether the work does not start if the warden cannot be reached. */
  isRequired: boolean;
}

/** Watches one run of some work. */
export class Watch implements Watched {
  readonly workflow: string;
  readonly item: string;
  readonly run: string;
  registered: Watched['registered'] = 'unwatched';
  reply: Watched['reply'];
  readonly #parts: WatchParts;
  readonly #controller = new AbortController();
  /** The warden refused the registration, so it would refuse all further calls. */
  #isRefused = false;

  constructor(parts: WatchParts, workflow: string, item: string, run: string) {
    this.#parts = parts;
    this.workflow = workflow;
    this.item = item;
    this.run = run;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Registers, does the work, completes or fails. Throws the error of the work, and errors of the watch only if asked.
   */
  async around<Result>(
    { signal, reasonOf, ...body }: WatchOptions,
    work: (watched: Watched) => Result | Promise<Result>,
  ): Promise<Result> {
    const abort = () => this.#controller.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      // A run that has died, or another worker with the same work, is replaced: one of them completes the item.
      const registration = {
        op: 'register',
        restart: true,
        ...body,
        item: this.item,
        run: this.run,
      } as const;
      await this.#register(registration, { signal, isNewRun: body.run === undefined });
      let result: Result;
      try {
        result = await work(this);
      } catch (error) {
        await this.#fail(error, reasonOf);
        throw error;
      }
      await this.#tell('complete', { op: 'complete' });
      return result;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  // Not methods, so that work can take them out of the watch: `async ({ step }) => …`.
  readonly step: Watched['step'] = (step, details = {}) =>
    unobserved(this.#tell('progress', { op: 'progress', step, ...details }));

  readonly progress: Watched['progress'] = (progress, timeout) =>
    unobserved(
      this.#tell('progress', { op: 'progress', progress, ...(timeout !== undefined && { timeout }) }),
    );

  readonly extend: Watched['extend'] = (timeout) =>
    unobserved(this.#tell('progress', { op: 'progress', timeout }));

  async #register(operation: ItemOperation, callLimits: ItemCallLimits): Promise<void> {
    try {
      const reply = await this.#call(operation, callLimits);
      if (isSpooled(reply)) this.registered = 'spooled';
      else {
        this.registered = 'registered';
        this.reply = reply as ReplyOf<'register'>;
      }
    } catch (thrown) {
      const error = wardenErrorOf(thrown);
      if (error.code === 'aborted' || (this.#parts.isRequired && error.isUnavailability)) throw error;
      // A registration whose reply was lost may have arrived: the completion is sent all the same.
      this.#isRefused = error.status !== undefined && !error.isUnavailability;
      this.#report(error, 'register');
    }
  }

  async #fail(thrown: unknown, reasonOf: WatchOptions['reasonOf']): Promise<void> {
    const failed = { type: typeOf(thrown), reason: reasonText(reasonFor(thrown, reasonOf), undefined) };
    try {
      await this.#tell('fail', { op: 'progress', failed });
    } catch {
      // The error of the work matters more than that of its watch. onError has received that one.
    }
  }

  async #tell(
    what: Trouble['operation'],
    operation: { op: 'complete' } | ({ op: 'progress' } & Omit<BodyOf<'progress'>, 'item'>),
  ): Promise<void> {
    if (this.#isRefused) return;
    try {
      await this.#call({ ...operation, item: this.item, run: this.run }, {});
    } catch (thrown) {
      const error = wardenErrorOf(thrown);
      if (error.code === 'other-attempt') this.#controller.abort(error);
      // The warden never knew this item, so nobody misses it.
      if (this.registered === 'unwatched' && error.code === 'item-not-found') return;
      this.#report(error, what);
    }
  }

  #call(operation: ItemOperation, callLimits: ItemCallLimits) {
    const { calls, timeoutMs } = this.#parts;
    return calls.call(this.workflow, operation, { timeoutMs, ...callLimits });
  }

  #report(error: WardenError, operation: Trouble['operation']): void {
    this.#parts.report.inWork(error, { operation, workflow: this.workflow, item: this.item });
  }
}

function isSpooled(reply: object): reply is Spooled {
  return 'outcome' in reply && reply.outcome === 'spooled';
}

/** The same promise. Its rejection counts as handled, even if nobody awaits it. */
function unobserved(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}

/** The name of an error, by which redrives can choose items. */
function typeOf(thrown: unknown): string {
  const name = thrown instanceof Error && thrown.name !== '' ? thrown.name : typeof thrown;
  return [...reasonText(name, undefined)].slice(0, limits.failureTypeCharacters).join('');
}

function reasonFor(thrown: unknown, reasonOf: WatchOptions['reasonOf']): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  // A code such as ENOSPC is a word of the system; anything longer may be data.
  const shown = typeof code === 'string' && /^\w{1,64}$/.test(code) ? ` with the code ${code}` : '';
  const byDefault = `the work threw ${typeOf(thrown)}${shown}`;
  try {
    return reasonOf?.(thrown) ?? byDefault;
  } catch {
    return byDefault;
  }
}
