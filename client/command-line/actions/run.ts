import { timeoutMs } from '../../../core/contract/timeout.ts';
import type { Context } from '../context.ts';
import { checkItem } from '../item-names.ts';
import { namedWorkflow } from '../named-item.ts';
import { registrationOf } from '../registration.ts';
import type { RunOptions } from '../registration-options.ts';
import { CommandProcess } from '../run/command-process.ts';
import { firstLine } from '../run/first-line.ts';
import { exitCodeOfOutcome, failureOf } from '../run/outcome.ts';
import { startWatch } from '../run/start-watch.ts';
import { UsageError } from '../usage-error.ts';

/** Runs a command and watches it. Throws before the command starts, and not after. */
export async function run(
  context: Context,
  command: readonly string[],
  { item: wanted, extend, requireWatch = false, reasonFromStderr, ...options }: RunOptions,
): Promise<void> {
  const workflow = namedWorkflow(context, options);
  if (wanted === undefined) throw new UsageError('name the item with -i', idAdvice);
  if (options.data === '-')
    throw new UsageError('--data - is not possible: standard input belongs to the command');
  const registration = await registrationOf(context, options);
  const running = new CommandProcess(bytesOf(reasonFromStderr));
  const item = wanted === '-' ? firstLine() : wanted;
  checkItem(workflow, item);
  const watch = await startWatch(context, {
    workflow,
    item,
    run: newRun(),
    registration,
    timeoutMs: registration.timeout === undefined ? undefined : timeoutMs(registration.timeout),
    requireWatch,
    interrupted: running.interrupted,
  });
  if (extend) watch.extendWhileAlive();
  const outcome = await running.run(command, { ...context.env, ...watch.environment });
  if (outcome.kind === 'not-started') context.warn(`${command[0]}: ${outcome.why}`);
  await watch.end(failureOf(outcome, running.errorOutput?.text), running.interrupted);
  context.exitWith(exitCodeOfOutcome(outcome));
}

/** A name that no other run has. Not by node:crypto: to load it takes longer than to call the warden. */
function newRun(): string {
  const random = Math.random().toString(36).slice(2);
  return [Date.now().toString(36), process.pid.toString(36), random].join('-');
}

const idAdvice =
  'With the same id each time, such as -i nightly, the next success resolves the incident; with an id per day, such as -i "$(date +%F)", every day has to succeed.';

function bytesOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,6}$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`--reason-from-stderr must be 1 to 999999 bytes; received ${JSON.stringify(text)}`);
}
