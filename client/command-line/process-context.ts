import { setTimeout } from 'node:timers/promises';
import type { ConnectionOptions } from '../connection.ts';
import type { Context, GlobalOptions } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { Target } from './target.ts';

/** The context of this process. */
export interface ProcessContext extends Context {
  /** The target if a command has asked for it: what an error's advice depends on. */
  readonly chosenTarget: Target | undefined;
}

/** Makes the context; `chosen` is filled while the arguments are parsed. */
export function createProcessContext(chosen: GlobalOptions): ProcessContext {
  let target: Promise<Target> | undefined;
  let chosenTarget: Target | undefined;
  let interrupt: AbortController | undefined;
  const { env, stdin, stdout, stderr } = process;
  const context: ProcessContext = {
    target: async () => {
      target ??= import('./find-target.ts').then(({ findTarget }) => findTarget(context, chosen));
      chosenTarget = await target;
      return chosenTarget;
    },
    client: async (changes: Partial<ConnectionOptions> = {}) => {
      const { url, token } = await context.target();
      const { createClient } = await import('../client.ts');
      return createClient({ url, ...(token !== undefined && { token }), ...changes });
    },
    env,
    stdin,
    stdout,
    stderr,
    get chosenTarget() {
      return chosenTarget;
    },
    get json() {
      return chosen.json;
    },
    get color() {
      return chosen.color && stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
    },
    now: () => Date.now(),
    wait: (ms) => setTimeout(ms, undefined, { signal: context.signal }).catch(() => {}),
    get signal() {
      interrupt ??= abortedByInterrupt();
      return interrupt.signal;
    },
    exitWith: (code) => {
      process.exitCode = code;
    },
  };
  return context;
}

function abortedByInterrupt(): AbortController {
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort();
  });
  return interrupt;
}
