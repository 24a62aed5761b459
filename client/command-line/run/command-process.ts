import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { notStarted, type Outcome } from './outcome.ts';
import { commandHasIt, endingSignals, type ForwardedSignal, forwardedSignals } from './signals.ts';
import { StderrTail } from './stderr-tail.ts';

/** The command of `warden run`. It is never killed: the signals that this process receives are passed on to it. */
export class CommandProcess {
  /** The end of its standard error, if that is kept. */
  readonly errorOutput: StderrTail | undefined;
  #interrupt = new AbortController();
  #child: ChildProcess | undefined;
  #received: ForwardedSignal[] = [];
  /** Whether the command has ended, so that signals are no longer passed on. */
  #hasEnded = false;

  /** @param keepBytes how much of the end of standard error is kept; with 0 standard error is not touched */
  constructor(keepBytes: number) {
    this.errorOutput = keepBytes > 0 ? new StderrTail(keepBytes) : undefined;
    for (const signal of forwardedSignals) process.on(signal, () => this.#receive(signal));
  }

  /**
   * Aborts when a signal arrives that ends a process: any such signal before the command has started, or the second one
   * after the command has ended. The first one leaves the last call its few seconds. A service manager that stops the
   * command may signal this process too, and late: the completion must not wait for the next run because of that (P2).
   */
  get interrupted(): AbortSignal {
    return this.#interrupt.signal;
  }

  /** Runs the command to its end, without a shell. A signal that has come before keeps it from starting. */
  async run([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
    const ending = this.#received.find((signal) => endingSignals.includes(signal));
    this.#interrupt = new AbortController();
    if (ending !== undefined) return { kind: 'signal', signal: ending };
    try {
      const stderr = this.errorOutput ? 'pipe' : 'inherit';
      const child = spawn(file, args, { env, stdio: ['inherit', 'inherit', stderr] });
      const ended = exitOf(child);
      await once(child, 'spawn');
      this.#child = child;
      // A command that has become another user cannot be signalled: it continues, as it would without this process.
      child.on('error', () => {});
      for (const signal of this.#received) child.kill(signal);
      if (child.stderr) this.errorOutput?.copy(child.stderr);
      const outcome = await ended;
      this.#child = undefined;
      this.#received = [];
      this.#hasEnded = true;
      await this.errorOutput?.ended();
      return outcome;
    } catch (error) {
      return notStarted(error as NodeJS.ErrnoException);
    }
  }

  #receive(signal: ForwardedSignal): void {
    if (this.#child) {
      if (!commandHasIt(signal)) this.#child.kill(signal);
      return;
    }
    this.#received.push(signal);
    const ending = this.#received.filter((one) => endingSignals.includes(one));
    if (ending.length > (this.#hasEnded ? 1 : 0)) this.#interrupt.abort();
  }
}

function exitOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal === null ? { kind: 'exit', code: code ?? 0 } : { kind: 'signal', signal });
    });
  });
}
