import type { Redrive } from '../../core/contract/redrive.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { writeLine } from './output.ts';
import { printable } from './printable.ts';
import { call } from './service.ts';
import { barText, doneCount, isSettled, progressText } from './text/redrive-text.ts';
import { cutTo } from './text/table.ts';

/** Milliseconds from one read to the next. */
const everyMs = 1_000;

/**
 * Shows the progress of a redrive on standard error until nothing about it changes any more: a line that is drawn again
 * on a terminal, otherwise a line for each change. Ctrl-C ends the showing and leaves the redrive running. Returns the
 * last state of the redrive. Throws a WardenError.
 *
 * @param isOver when to stop; by default when the redrive is settled
 */
export async function followRedrive(
  context: Context,
  { workflow, id }: Pick<Redrive, 'workflow' | 'id'>,
  isOver: (redrive: Redrive) => boolean = isSettled,
): Promise<Redrive> {
  const { signal, stderr, json, now } = context;
  const draw = json ? async () => {} : stderr.isTTY ? redrawing(context) : lineByLine(context);
  let first: { done: number; at: number } | undefined;
  for (;;) {
    const redrive = await call(context, 'read-redrive', { path: { workflow, redrive: id } });
    const at = now();
    first ??= { done: doneCount(redrive), at };
    const seconds = (at - first.at) / 1_000;
    await draw(redrive, seconds > 0 ? (doneCount(redrive) - first.done) / seconds : undefined);
    if (isOver(redrive)) {
      if (!json && stderr.isTTY) stderr.write('\n');
      return redrive;
    }
    await context.wait(everyMs);
    if (signal.aborted) {
      const goesOn = redrive.state === 'running' ? 'continues' : `is ${redrive.state}`;
      if (!json && stderr.isTTY) stderr.write('\n');
      await writeLine(stderr, `The ${redrive.action} ${goesOn}. To follow it: ${followCommand(redrive)}`);
      await writeLine(stderr, `To stop it: warden redrive abort ${workflow} ${id}`);
      context.exitWith(exitCodes.interrupted);
      return redrive;
    }
  }
}

/** The command that shows the progress of a redrive. */
export function followCommand({ workflow, id }: Pick<Redrive, 'workflow' | 'id'>): string {
  return `warden redrive status ${workflow} ${id} --watch`;
}

function redrawing({ stderr, now }: Context) {
  const { columns = 80 } = stderr as { columns?: number };
  return async (redrive: Redrive, itemsPerSecond: number | undefined) => {
    const line = cutTo(printable(barText(redrive, now(), itemsPerSecond)), columns - 1);
    stderr.write(`\r${line}\u001b[K`);
  };
}

function lineByLine({ stderr }: Context) {
  let last = '';
  return async (redrive: Redrive) => {
    const line = progressText(redrive);
    if (line !== last) await writeLine(stderr, line);
    last = line;
  };
}
