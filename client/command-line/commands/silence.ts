import { Command } from 'commander';
import { instant, timeoutMs } from '../../../core/contract/time.ts';
import { instantOf, parseDuration } from '../arguments/duration.ts';
import type { Context } from '../context.ts';
import { print, printJson, printRows, zoneOf } from '../output.ts';
import { call } from '../service.ts';
import { bothText, relativeText } from '../text/times.ts';
import { workflowRows } from './workflows.ts';

interface Options {
  workflow?: string;
  for?: number;
  until?: string;
  reason?: string;
  end?: true;
  create?: true;
}

/** The reason if nobody gives one: the service wants one. */
const usualReason = 'working on it';

/** `warden silence WORKFLOW TIME REASON` */
export function silenceCommand(context: Context): Command {
  const command = new Command('silence')
    .alias('mute')
    .alias('snooze')
    .description('send no notifications of a workflow for a time; without a time show the silence')
    .argument('[workflow]', 'without it, all silences are listed')
    .argument('[words...]', 'how long, or until when, and why')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument')
    .option('--for <duration>', 'how long, at most 30 days', parseDuration)
    .option('--until <time>', 'until when, such as 14:30 or 2026-11-28T14:30, in your time zone')
    .option('--reason <text>', `why ("${usualReason}" by default)`)
    .option('--create', 'create the workflow if there is none, for a silence ahead of its first item')
    .option('--end', 'end the silence')
    .addHelpText('after', examples)
    .action(async (first: string | undefined, rest: string[], options: Options) => {
      const workflow = options.workflow ?? first;
      const words = options.workflow !== undefined && first !== undefined ? [first, ...rest] : rest;
      if (workflow === undefined) return listSilences(context);
      if (options.end) return endSilence(context, workflow);
      const { until, reason } = meaning(context, command, words, options);
      if (until === undefined) return showSilence(context, workflow);
      const silence = await call(context, 'silence-workflow', {
        path: { workflow },
        body: {
          until,
          reason: options.reason ?? reason ?? usualReason,
          ...(options.create && { create: true }),
        },
      });
      if (context.json) return printJson(context, { workflow, ...silence });
      print(
        context,
        `No notifications of ${workflow} until ${timeText(context, silence.until)}: ${silence.reason}`,
      );
      print(context, `End it early: warden silence ${workflow} --end`);
    });
  return command;
}

/** A time and a reason in any order. */
function meaning(context: Context, command: Command, words: readonly string[], options: Options) {
  const now = context.now();
  const end = (text: string) => {
    const ms = timeoutMs(text);
    return ms === undefined ? instantOf(text, now) : instant(now + ms);
  };
  const given =
    options.until === undefined ? undefined : (end(options.until) ?? wrongTime(command, options.until));
  const index = words.findIndex((word) => end(word) !== undefined);
  const asWord = index === -1 ? undefined : end(words[index] ?? '');
  const until = options.for === undefined ? (given ?? asWord) : instant(now + options.for);
  const others = words.filter(
    (_, position) => position !== index || options.for !== undefined || given !== undefined,
  );
  if (until === undefined && others.length > 0) wrongTime(command, others[0] ?? '');
  return { until, reason: others.length === 0 ? undefined : others.join(' ') };
}

function wrongTime(command: Command, text: string): never {
  return command.error(
    `error: how long? "${text}" is no time. Write a duration such as 1h, 90m or PT1H, or a time such as 14:30 or 2026-11-28T14:30.`,
  );
}

async function endSilence(context: Context, workflow: string): Promise<void> {
  await call(context, 'end-silence', { path: { workflow } });
  if (context.json) printJson(context, { workflow, silence: null });
  else print(context, `${workflow} is not silenced any more.`);
}

async function showSilence(context: Context, workflow: string): Promise<void> {
  const { silence } = await call(context, 'read-workflow', { path: { workflow } });
  const current = silence && Date.parse(silence.until) > context.now() ? silence : undefined;
  if (context.json) return printJson(context, { workflow, silence: current ?? null });
  print(
    context,
    current
      ? `No notifications of ${workflow} until ${timeText(context, current.until)}: ${current.reason} (${current.by})`
      : `${workflow} is not silenced. Silence it for an hour: warden silence ${workflow} 1h "why"`,
  );
}

async function listSilences(context: Context): Promise<void> {
  const now = context.now();
  const rows = (await workflowRows(context)).flatMap(({ workflow, silence }) =>
    silence && Date.parse(silence.until) > now ? [{ workflow, ...silence }] : [],
  );
  printRows(
    context,
    [
      { title: 'WORKFLOW', rank: 0, cell: ({ workflow }) => workflow },
      { title: 'ENDS', rank: 1, cell: ({ until }) => relativeText(until, now) },
      { title: 'BY', rank: 3, cell: ({ by }) => by },
      { title: 'REASON', rank: 2, cell: ({ reason }) => reason },
    ],
    rows,
    'No workflow is silenced.',
  );
}

function timeText(context: Context, at: string): string {
  return bothText(at, context.now(), zoneOf(context));
}

const examples = `
Examples:
  warden silence orders 1h "payments are down"
  warden silence orders --until 14:30 --reason "maintenance"
  warden silence orders --end
  warden silence`;
