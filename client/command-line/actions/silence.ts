import { instant } from '../../../core/contract/time.ts';
import { durationMs, instantOf, parseDuration } from '../arguments/duration.ts';
import type { Context } from '../context.ts';
import type { SilenceOptions } from '../options/silence.ts';
import { writeJson, writeLine } from '../output.ts';
import { writeRows } from '../rows.ts';
import { call } from '../service.ts';
import { bothText, relativeText, zoneOf } from '../text/times.ts';
import { UsageError } from '../usage-error.ts';
import { workflowRows } from './workflows.ts';

/** The reason if none is given: the service requires one. */
const usualReason = 'working on it';

/** Sets, shows or ends a silence. Throws a UsageError or a WardenError. */
export async function silence(
  context: Context,
  texts: readonly string[],
  options: SilenceOptions,
): Promise<void> {
  const words = [...texts];
  const workflow = options.workflow ?? words.shift();
  if (workflow === undefined) return listSilences(context);
  if (options.end) return endSilence(context, workflow);
  const { until, reason = usualReason } = meaningOf(words, options, context.now());
  if (until === undefined) return showSilence(context, workflow);
  const set = await call(context, 'silence-workflow', {
    path: { workflow },
    body: { until, reason, ...(options.create && { create: true }) },
  });
  if (context.json) return writeJson(context.stdout, { workflow, ...set });
  await writeLine(
    context.stdout,
    `No notifications of ${workflow} until ${timeText(context, set.until)}: ${set.reason}`,
  );
  await writeLine(context.stderr, `To end it early: warden silence ${workflow} --end`);
}

/** When a silence ends, and why: the options, or words in any order. */
function meaningOf(words: readonly string[], options: SilenceOptions, now: number) {
  const end = (text: string) => {
    const ms = durationMs(text);
    return ms === undefined ? instantOf(text, now) : instant(now + ms);
  };
  const given = options.for ?? options.until;
  const position = given === undefined ? words.findIndex((word) => end(word) !== undefined) : -1;
  const until =
    options.for !== undefined
      ? instant(now + parseDuration('--for', options.for))
      : end(options.until ?? words[position] ?? '');
  const others = words.filter((_, index) => index !== position);
  const wrong = until === undefined ? (options.until ?? others[0]) : undefined;
  if (wrong !== undefined) {
    throw new UsageError(
      `until when? ${JSON.stringify(wrong)} is no time`,
      'Write a duration such as 1h, 90m or PT1H, or a time such as 14:30 or 2026-11-28T14:30.',
    );
  }
  return { until, reason: options.reason ?? (others.length === 0 ? undefined : others.join(' ')) };
}

async function endSilence(context: Context, workflow: string): Promise<void> {
  await call(context, 'end-silence', { path: { workflow } });
  if (context.json) await writeJson(context.stdout, { workflow, silence: null });
  else await writeLine(context.stdout, `${workflow} is not silenced any more.`);
}

async function showSilence(context: Context, workflow: string): Promise<void> {
  const { silence: found } = await call(context, 'read-workflow', { path: { workflow } });
  const current = found && Date.parse(found.until) > context.now() ? found : undefined;
  if (context.json) return writeJson(context.stdout, { workflow, silence: current ?? null });
  await writeLine(
    context.stdout,
    current
      ? `No notifications of ${workflow} until ${timeText(context, current.until)}: ${current.reason} (${current.by})`
      : `${workflow} is not silenced. To silence it for an hour: warden silence ${workflow} 1h "why"`,
  );
}

async function listSilences(context: Context): Promise<void> {
  const now = context.now();
  const rows = (await workflowRows(context)).flatMap(({ workflow, silence: found }) =>
    found && Date.parse(found.until) > now ? [{ workflow, ...found }] : [],
  );
  const columns = [
    { title: 'WORKFLOW', rank: 0, cell: ({ workflow }: (typeof rows)[number]) => workflow },
    { title: 'ENDS', rank: 1, cell: ({ until }: (typeof rows)[number]) => relativeText(until, now) },
    { title: 'BY', rank: 3, cell: ({ by }: (typeof rows)[number]) => by },
    { title: 'REASON', rank: 2, cell: ({ reason }: (typeof rows)[number]) => reason },
  ];
  await writeRows(context, columns, rows, 'No workflow is silenced.');
}

function timeText(context: Context, at: string): string {
  return bothText(at, context.now(), zoneOf(context));
}
