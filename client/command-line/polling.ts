import { durationText } from '../../core/contract/duration-text.ts';
import { WardenError } from '../warden-error.ts';
import { parseDuration } from './arguments/duration.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { writeLine } from './output.ts';

/** The options of commands that read again and again. */
export interface PollingOptions {
  interval?: string;
  giveUp?: string;
}

/**
 * Does the work again and again until Ctrl-C. If the warden cannot be reached, says so once and tries again for a
 * minute, or for as long as `--give-up` says. Throws the WardenError of a longer failure, and a UsageError for options.
 */
export async function poll(
  context: Context,
  { interval = '2s', giveUp = '1m' }: PollingOptions,
  work: () => Promise<void>,
): Promise<void> {
  const everyMs = parseDuration('--interval', interval);
  const bearMs = parseDuration('--give-up', giveUp);
  let failingSince: number | undefined;
  for (;;) {
    const startedAt = context.now();
    try {
      await work();
      if (failingSince !== undefined) await writeLine(context.stderr, 'The warden is reached again.');
      failingSince = undefined;
    } catch (error) {
      if (!(error instanceof WardenError && isPassing(error))) throw error;
      if (failingSince === undefined) {
        failingSince = startedAt;
        await writeLine(
          context.stderr,
          `${error.message}. Trying again for ${durationText(bearMs)}; the output may be out of date.`,
        );
      }
      if (context.now() - failingSince >= bearMs) throw error;
    }
    await context.wait(everyMs);
    if (context.signal.aborted) return context.exitWith(exitCodes.interrupted);
  }
}

function isPassing({ code, status }: WardenError): boolean {
  return code === 'unreachable' || code === 'timeout' || status === 429 || (status ?? 0) >= 500;
}
