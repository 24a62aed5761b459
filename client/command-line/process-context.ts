import type { ConnectionOptions } from '../connection.ts';
import type { GlobalOptions } from './chosen-options.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { printable } from './printable.ts';
import { quickFetch, usesProxy } from './quick-fetch.ts';
import { quietlyEnding } from './quietly-ending.ts';
import type { Target } from './target.ts';

/** The context of this process. */
export interface ProcessContext extends Context {
  /** The target, if a command has asked for it: the advice of an error depends on it. */
  readonly chosenTarget: Target | undefined;
}

/** Makes the context; `chosen` is filled while the arguments are parsed. */
export function createProcessContext(chosen: GlobalOptions): ProcessContext {
  let target: Promise<Target> | undefined;
  let chosenTarget: Target | undefined;
  let interrupt: AbortController | undefined;
  const { env } = process;
  const context: ProcessContext = {
    target: async () => {
      target ??= import('./find-target.ts').then(({ findTarget }) => findTarget(context, chosen));
      chosenTarget = await target;
      return chosenTarget;
    },
    client: async (changes: Partial<ConnectionOptions> = {}) => {
      const { url, token } = await context.target();
      const { createClient } = await import('../client.ts');
      const fetch = usesProxy(env) ? {} : { fetch: quickFetch };
      return createClient({ url, ...(token !== undefined && { token }), ...fetch, ...changes });
    },
    env,
    spool: async () => {
      const { findSpool } = await import('./find-spool.ts');
      return findSpool(context);
    },
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return quietlyEnding(process.stdout);
    },
    get stderr() {
      return quietlyEnding(process.stderr);
    },
    warn: (line) => warn(`warden: ${printable(line)}\n`),
    get chosenTarget() {
      return chosenTarget;
    },
    get json() {
      return chosen.json;
    },
    get color() {
      return chosen.color && process.stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
    },
    now: () => Date.now(),
    wait: async (ms) => {
      const { setTimeout } = await import('node:timers/promises');
      await setTimeout(ms, undefined, { signal: context.signal }).catch(() => {});
    },
    get signal() {
      interrupt ??= abortedByInterrupt();
      return interrupt.signal;
    },
    exitWith: (code) => {
      process.exitCode ??= code;
    },
  };
  return context;
}

/** Directly, because process.stderr would change the mode of a pipe that the command of `warden run` has too. */
function warn(line: string): void {
  try {
    // Loaded here: a help needs no files, and loading node:fs takes a tenth of its time.
    process.getBuiltinModule('node:fs').writeSync(2, line);
  } catch {
    // Nobody reads it, or the pipe is full: the work of the command is more important than this line.
  }
}

function abortedByInterrupt(): AbortController {
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort();
  });
  return interrupt;
}
