import { durationText } from '../../../core/contract/duration-text.ts';
import { WardenError } from '../../warden-error.ts';
import { parseDuration } from '../arguments/duration.ts';
import type { Context } from '../context.ts';
import { listener, queueReceiver, type Receiver } from '../drill-receivers.ts';
import { exitCodes } from '../exit-codes.ts';
import type { DrillOptions } from '../options/drill.ts';
import { writeJson, writeLine } from '../output.ts';
import { call } from '../service.ts';

/** The least timeouts: of a laptop, and of AWS. */
const leastTimeouts = [1, 60] as const;
const askEveryMs = 1_000;

interface Path {
  workflow: string;
  item: string;
}

interface Result {
  incident?: string;
  overdueAfterMs?: number;
  notifiedAfterMs?: number;
  /** Milliseconds from the deadline until the notification arrived at the receiver of the drill. */
  receivedAfterMs?: number;
}

/**
 * Registers an item that nobody completes, and waits until people are notified of it, or until their notification arrives
 * at a port or in a queue. Completes the item afterwards and removes the workflow of the drill. Throws a WardenError, a
 * UsageError, or the error of the AWS CLI.
 */
export async function drill(context: Context, options: DrillOptions): Promise<void> {
  const mostMs = parseDuration('--give-up', options.giveUp);
  const workflow = options.workflow ?? `drill-${context.now().toString(36)}`;
  const path = { workflow, item: `drill-${context.now()}` };
  const receiver = await receiverOf(context, options, workflow);
  try {
    if (options.workflow === undefined) await describe(context, workflow);
    const deadline = await registerShortly(context, path);
    await writeLine(context.stderr, `Registered ${path.item} of ${workflow}; its deadline is ${deadline}.`);
    try {
      const result = await outcome(context, path, Date.parse(deadline), mostMs, receiver);
      await sayResult(context, path, result, mostMs, receiver !== undefined);
    } finally {
      await call(context, 'complete', { path });
    }
    if (options.workflow === undefined) await remove(context, workflow);
  } finally {
    receiver?.close();
  }
}

async function receiverOf(context: Context, { listen, queue }: DrillOptions, workflow: string) {
  if (listen !== undefined) return listener(context, listen, workflow);
  return queue === undefined ? undefined : queueReceiver(context, queue, workflow);
}

/** Lets the notification say that nothing is wrong, if the caller may save settings. */
async function describe(context: Context, workflow: string): Promise<void> {
  const description = 'A drill of `warden drill`: nothing is lost.';
  await unlessForbidden(() => call(context, 'save-workflow', { path: { workflow }, body: { description } }));
}

async function remove(context: Context, workflow: string): Promise<void> {
  const isRemoved = await unlessForbidden(() => call(context, 'remove-workflow', { path: { workflow } }));
  if (!isRemoved) await writeLine(context.stderr, `${workflow} stays: the token may not remove it.`);
}

async function unlessForbidden(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof WardenError && error.status === 403) return false;
    throw error;
  }
}

/** Registers with the shortest timeout that this warden accepts. Returns the deadline. */
async function registerShortly(context: Context, path: Path): Promise<string> {
  for (const timeout of leastTimeouts) {
    try {
      return (await call(context, 'register', { path, body: { timeout } })).deadline;
    } catch (error) {
      if (!(error instanceof WardenError) || error.code !== 'deadline-out-of-range') throw error;
    }
  }
  throw new Error(`the warden accepts no timeout of ${leastTimeouts.join(' or ')} seconds`);
}

/** The result, as soon as it is complete, or `mostMs` after the deadline. */
async function outcome(
  context: Context,
  path: Path,
  deadline: number,
  mostMs: number,
  receiver: Receiver | undefined,
): Promise<Result> {
  for (;;) {
    const receivedAt = await receiver?.look();
    const result = {
      ...(await noticed(context, path, deadline)),
      ...(receivedAt !== undefined && { receivedAfterMs: receivedAt - deadline }),
    };
    const isOver = receiver ? receivedAt !== undefined : result.notifiedAfterMs !== undefined;
    if (isOver || context.now() >= deadline + mostMs || context.signal.aborted) return result;
    await context.wait(askEveryMs);
  }
}

/** When the item was found overdue, and when people were notified of its incident. */
async function noticed(context: Context, path: Path, deadline: number): Promise<Result> {
  const { overdueAt, incident } = await call(context, 'read', { path });
  if (overdueAt === undefined || incident === undefined) return {};
  const overdue = { incident, overdueAfterMs: Date.parse(overdueAt) - deadline };
  const { timeline } = await call(context, 'read-incident', { path: { incident } });
  const notified = timeline.find(({ event, at }) => event === 'notified' && Date.parse(at) >= deadline);
  return notified ? { ...overdue, notifiedAfterMs: Date.parse(notified.at) - deadline } : overdue;
}

async function sayResult(
  context: Context,
  path: Path,
  result: Result,
  mostMs: number,
  isReceiverGiven: boolean,
): Promise<void> {
  const { overdueAfterMs, notifiedAfterMs, receivedAfterMs } = result;
  const isNotified = (isReceiverGiven ? receivedAfterMs : notifiedAfterMs) !== undefined;
  if (context.json) await writeJson(context.stdout, { ...path, notified: isNotified, ...result });
  else {
    const times: (readonly [string, number | undefined])[] = [
      ['found overdue', overdueAfterMs],
      ['people notified', notifiedAfterMs],
      ['notification received', receivedAfterMs],
    ];
    const known = times.flatMap(([what, ms]) => (ms === undefined ? [] : [`${what} after ${delayText(ms)}`]));
    if (known.length > 0) await writeLine(context.stdout, `From the deadline: ${known.join(', ')}.`);
  }
  if (isNotified) return;
  if (context.signal.aborted) return context.exitWith(exitCodes.interrupted);
  const what =
    isReceiverGiven && notifiedAfterMs !== undefined
      ? 'The notification did not arrive'
      : 'Nobody was notified';
  await writeLine(
    context.stderr,
    `${what} within ${durationText(mostMs)} of the deadline. \`warden doctor\` says what may be wrong.`,
  );
  context.exitWith(exitCodes.findings);
}

/** A delay, whose tenths of a second matter while it is short: "0.4s", "1m 12s". */
function delayText(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)}s` : durationText(ms);
}
