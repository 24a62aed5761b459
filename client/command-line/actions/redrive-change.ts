import type { RedriveChange } from '../../../core/contract/redrive.ts';
import { parseRate } from '../arguments/count.ts';
import { takeWorkflow } from '../arguments/workflow.ts';
import type { Context } from '../context.ts';
import type { StartedOptions } from '../options/redrive.ts';
import { writeJson, writeLine } from '../output.ts';
import { followCommand } from '../redrive-progress.ts';
import { call } from '../service.ts';
import { chosenRedrive, isOpen } from '../started-redrive.ts';
import { progressText } from '../text/redrive-text.ts';
import { UsageError } from '../usage-error.ts';

type Words = readonly (string | undefined)[];

/** Pauses, continues or aborts a redrive. Throws a UsageError or a WardenError. */
export async function changeRedrive(
  context: Context,
  words: Words,
  change: Required<Pick<RedriveChange, 'action'>>,
  options: StartedOptions,
): Promise<void> {
  const { action = 'pause' } = change;
  const { workflow, others } = takeWorkflow(`redrive ${action}`, given(words), options.workflow);
  const path = await chosenRedrive(context, workflow, others[0], (one) =>
    action === 'abort' ? isOpen(one) : one.state === (action === 'pause' ? 'running' : 'paused'),
  );
  const changed = await call(context, 'change-redrive', { path, body: change });
  if (context.json) return writeJson(context.stdout, changed);
  const state = { pause: 'paused', continue: 'running again', abort: 'aborted' }[action];
  const what = changed.action === 'redrive' ? 'Redrive' : 'Discard';
  await writeLine(
    context.stdout,
    `${what} ${changed.id} of ${workflow} is ${state}: ${progressText(changed)}.`,
  );
  if (action === 'pause')
    await writeLine(context.stderr, `To continue it: warden redrive continue ${workflow}`);
  if (action === 'continue') await writeLine(context.stderr, `To follow it: ${followCommand(changed)}`);
}

/** Changes how many items a second a redrive resumes. Throws a UsageError or a WardenError. */
export async function changeRate(context: Context, words: Words, options: StartedOptions): Promise<void> {
  const { workflow, others } = takeWorkflow('redrive rate', given(words), options.workflow);
  const rate = others.at(-1);
  if (rate === undefined) {
    throw new UsageError('how many items a second?', `Write \`warden redrive rate ${workflow} 5\`.`);
  }
  const path = await chosenRedrive(context, workflow, others.length > 1 ? others[0] : undefined, isOpen);
  const changed = await call(context, 'change-redrive', { path, body: { rate: parseRate(rate) } });
  if (context.json) return writeJson(context.stdout, changed);
  await writeLine(
    context.stdout,
    `Redrive ${changed.id} of ${workflow} resumes ${changed.rate} items a second.`,
  );
}

function given(words: Words): string[] {
  return words.filter((word) => word !== undefined);
}
