import type { ReplyOf } from '../../../core/contract/calls.ts';
import { durationText } from '../../../core/contract/duration-text.ts';
import { timeOrderedIdPattern, whole } from '../../../core/contract/patterns.ts';
import type { Context } from '../context.ts';
import { incidentReport } from '../incident-report.ts';
import { readOpenIncidents } from '../open-incidents.ts';
import type { ShowOptions } from '../options/show.ts';
import { writeJson, writeText, writeWhole } from '../output.ts';
import { call, readExactly } from '../service.ts';
import { factsText } from '../text/facts.ts';
import { reasonOf, stateText, tagsText } from '../text/item-columns.ts';
import { settingsText } from '../text/settings-text.ts';
import { tableText } from '../text/table.ts';
import { bothText, zoneOf } from '../text/times.ts';
import { UsageError } from '../usage-error.ts';
import { showIncidents } from './incidents.ts';

/** Shows an item, a workflow or an incident. Throws a UsageError or a WardenError. */
export async function show(context: Context, words: readonly string[], options: ShowOptions): Promise<void> {
  const [workflow, item] = namesOf(words, options);
  if (workflow === undefined) {
    throw new UsageError('show what?', 'Write `warden show WORKFLOW ITEM` or `warden show WORKFLOW`.');
  }
  if (item !== undefined) {
    const { item: found, exact } = await readExactly(context, workflow, item);
    if (context.json) await writeJson(context.stdout, exact);
    else await showItem(context, found, exact.data);
  } else if (whole(timeOrderedIdPattern).test(workflow)) {
    await showIncidents(context, workflow);
  } else {
    await showWorkflow(context, workflow);
  }
}

/** The workflow and the item: from the options, or else from the words. */
function namesOf(words: readonly string[], { workflow, item }: ShowOptions): (string | undefined)[] {
  const rest = [...words];
  return [workflow ?? rest.shift(), item ?? rest.shift()];
}

async function showWorkflow(context: Context, name: string): Promise<void> {
  const workflow = await call(context, 'read-workflow', { path: { workflow: name } });
  const incidents = await readOpenIncidents(context, name);
  if (context.json) return writeJson(context.stdout, { ...workflow, incidents });
  await writeText(context.stdout, settingsText(context, workflow));
  for (const incident of incidents) {
    await writeText(
      context.stdout,
      `
${await incidentReport(context, incident)}`,
    );
  }
}

/** @param data the registered data, exactly: numbers in `item` itself may be rounded */
async function showItem(context: Context, item: ReplyOf<'read'>, data: unknown): Promise<void> {
  const { stdout } = context;
  await writeText(stdout, itemText(context, item));
  if (data !== undefined) await writeWhole(stdout, `\nData:\n${JSON.stringify(data, null, 2)}`);
}

function itemText(context: Context, item: ReplyOf<'read'>): string {
  const zone = zoneOf(context);
  const time = (at: string | undefined) => at && bothText(at, context.now(), zone);
  const { completion, failure } = item;
  const caught = item.caughtBy === undefined ? '' : `, found by the ${item.caughtBy}`;
  const facts = factsText(
    [
      ['Workflow', item.workflow],
      ['Item', item.item],
      ['State', stateText(item)],
      [
        'Completed',
        completion &&
          `${time(completion.at)}, ${completion.outcome}, took ${durationText(completion.tookMs)}`,
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
    ],
    context.stdout.columns,
  );
  const steps = tableText(
    [
      { title: 'STEP', rank: 0, cell: ({ step }) => step },
      { title: 'REACHED', rank: 1, cell: ({ at }) => time(at) },
      { title: 'ATTEMPT', rank: 2, align: 'right', cell: ({ attempt }) => String(attempt ?? item.attempt) },
    ],
    item.steps,
    context.stdout.columns,
  );
  return item.steps.length > 0 ? `${facts}\n${steps}` : facts;
}
