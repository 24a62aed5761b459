import { Command } from 'commander';
import { timeOrderedIdPattern, whole } from '../../../core/contract/patterns.ts';
import type { ReplyOf } from '../../contracts.ts';
import type { Context } from '../context.ts';
import { incidentReport } from '../incident-report.ts';
import { readOpenIncidents } from '../open-incidents.ts';
import { factsText, print, printJson, zoneOf } from '../output.ts';
import { call } from '../service.ts';
import { reasonOf, stateText, tagsText } from '../text/item-columns.ts';
import { settingsText } from '../text/settings-text.ts';
import { tableText } from '../text/table.ts';
import { bothText, durationText } from '../text/times.ts';
import { showIncidents } from './incidents.ts';

interface Options {
  workflow?: string;
  item?: string;
}

/** `warden show WORKFLOW ITEM` */
export function showCommand(context: Context): Command {
  const command = new Command('show')
    .alias('get')
    .description('show an item with its steps and data; a workflow; or an incident by its id')
    .argument('[workflow]', 'a workflow, or the id of an incident')
    .argument('[item]', 'the id of an item')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument')
    .option('-i, --item <id>', 'the item, if it is not the second argument')
    .addHelpText('after', examples)
    .action(async (first: string | undefined, second: string | undefined, options: Options) => {
      const workflow = options.workflow ?? first;
      const item = options.item ?? (options.workflow === undefined ? second : first);
      if (workflow === undefined) {
        command.error('error: show what? Write `warden show WORKFLOW ITEM` or `warden show WORKFLOW`.');
      } else if (item !== undefined) {
        const found = await call(context, 'read', { path: { workflow, item } });
        if (context.json) printJson(context, found);
        else print(context, itemText(context, found));
      } else if (whole(timeOrderedIdPattern).test(workflow)) {
        await showIncidents(context, workflow);
      } else {
        await showWorkflow(context, workflow);
      }
    });
  return command;
}

async function showWorkflow(context: Context, name: string): Promise<void> {
  const workflow = await call(context, 'read-workflow', { path: { workflow: name } });
  const incidents = await readOpenIncidents(context, name);
  if (context.json) return printJson(context, { ...workflow, incidents });
  print(context, settingsText(context, workflow));
  for (const incident of incidents)
    print(context, `\n${(await incidentReport(context, incident)).trimEnd()}`);
}

function itemText(context: Context, item: ReplyOf<'read'>): string {
  const zone = zoneOf(context);
  const time = (at: string | undefined) => at && bothText(at, context.now(), zone);
  const { completion, failure } = item;
  const caught = item.caughtBy === undefined ? '' : `, found by the ${item.caughtBy}`;
  const facts = factsText([
    ['Workflow', item.workflow],
    ['Item', item.item],
    ['State', stateText(item)],
    [
      'Completed',
      completion && `${time(completion.at)}, ${completion.outcome}, took ${durationText(completion.tookMs)}`,
    ],
    ['Reason', reasonOf(item)],
    ['Failed', time(failure?.at)],
    ['Overdue', item.overdueAt && `${time(item.overdueAt)}${caught}`],
    ['Deadline', time(item.deadline)],
    ['Start by', time(item.startBy)],
    ['Attempt', `${item.attempt}, started ${time(item.startedAt)}`],
    ['Registered', time(item.registeredAt)],
    ['Run', item.run],
    ['Tags', tagsText(item.tags) || undefined],
    ['Lost after', item.lostAfter && `${item.lostAfter.step}, in attempt ${item.lostAfter.attempt}`],
    ['Redrive', item.redrive],
    ['Incident', item.incident],
  ]);
  const steps = tableText(
    [
      { title: 'STEP', rank: 0, cell: ({ step }) => step },
      { title: 'REACHED', rank: 1, cell: ({ at }) => time(at) },
      { title: 'ATTEMPT', rank: 2, align: 'right', cell: ({ attempt }) => String(attempt ?? item.attempt) },
    ],
    item.steps,
    context.stdout.columns,
  );
  return [
    facts,
    ...(item.steps.length > 0 ? [steps] : []),
    ...(item.data === undefined ? [] : [`Data:\n${JSON.stringify(item.data, null, 2)}\n`]),
  ].join('\n');
}

const examples = `
Examples:
  warden show orders order-4711
  warden show orders
  warden show 0mx0jjmvvj7klpwdh1xc
  warden show orders order-4711 --json | jq .data`;
