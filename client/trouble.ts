import type { Clock } from './clock.ts';
import type { WardenError } from './warden-error.ts';

/** The operation and the item of an error. */
export interface Trouble {
  operation: 'register' | 'progress' | 'complete' | 'fail' | 'deliver';
  workflow?: string;
  item?: string;
}

/**
 * Handles errors of the watch, so that they do not become errors of the work. `throw` throws them into the work all the
 * same. A function is called with each error, and if the function throws, its error is thrown into the work.
 */
export type OnError = 'throw' | ((error: WardenError, trouble: Trouble) => void);

/** The default prints each kind of error once in this time. */
const quietMs = 60_000;

export interface Reporter {
  /** Handles an error in a watch. May throw into the work. */
  inWork: (error: WardenError, trouble: Trouble) => void;
  /** Handles an error that nobody waits for. */
  inBackground: (error: WardenError, trouble: Trouble) => void;
}

export function createReporter(onError: OnError | undefined, clock: Clock): Reporter {
  const warned = new Map<string, number>();
  const warn = (error: WardenError, { operation, workflow, item }: Trouble) => {
    const last = warned.get(error.code);
    if (last !== undefined && clock.now() - last < quietMs) return;
    warned.set(error.code, clock.now());
    // Without the message: it can quote the request.
    const subject =
      item === undefined
        ? ''
        : ` of the item ${JSON.stringify(item)} in the workflow ${JSON.stringify(workflow)}`;
    warnOnce(`${operation}${subject}: ${error.code}. Set onError to handle such errors.`);
  };
  return {
    inWork: (error, trouble) => {
      if (onError === 'throw') throw error;
      (onError ?? warn)(error, trouble);
    },
    inBackground: (error, trouble) => {
      try {
        (typeof onError === 'function' ? onError : warn)(error, trouble);
      } catch {
        // There is no work that it could be thrown into.
        warn(error, trouble);
      }
    },
  };
}

/** Node prints warnings as its user has set it; other runtimes have only a console. */
function warnOnce(text: string): void {
  const { process, console } = globalThis as {
    process?: { emitWarning?: (text: string, type: string) => void };
    console?: { warn: (text: string) => void };
  };
  if (process?.emitWarning) process.emitWarning(text, 'ProcessWardenWarning');
  else console?.warn(`process-warden: ${text}`);
}
