import { StatisticsCounts } from '../../core/contract/statistics.ts';
import type { Asked, Ledger } from '../ledger.ts';
import { workflowName } from '../world/names.ts';
import { attemptsOf } from './attempts.ts';
import { durations } from './durations.ts';
import type { Broken, Evidence } from './evidence.ts';
import { itemsAsked } from './sighting.ts';
import { at, mostSkewMs } from './times.ts';
import type { Workflow } from './workflow.ts';

const countNames = Object.keys(StatisticsCounts.shape) as (keyof StatisticsCounts)[];
const noCounts = Object.fromEntries(countNames.map((name) => [name, 0])) as StatisticsCounts;

/** P7: figures count nothing that did not happen, and everything if no process was killed. */
export function counted(evidence: Evidence): Broken[] {
  return evidence.ledger.asked.flatMap((one): Broken[] => {
    const { request, reply } = one;
    if (reply?.status !== 200) return [];
    if (request.ask === 'read metrics') {
      return [...evidence.workflows.values()].flatMap((workflow) => {
        const counts = countsIn(reply.json, workflow.name);
        // It is not in the metrics until its next registration.
        if (counts === undefined && mayBeRemoved(workflow, one)) return [];
        return miscounted(evidence, workflow, one, counts ?? noCounts);
      });
    }
    const workflow = evidence.workflow(workflowName(request.workflow));
    if (request.ask === 'read workflow') return suggested(workflow, one);
    if (request.ask !== 'read statistics') return [];
    return [
      ...miscounted(evidence, workflow, one, reply.json.total),
      ...durations(evidence, workflow, reply.json, one, isWhole(evidence.ledger, one)),
    ];
  });
}

function miscounted(evidence: Evidence, workflow: Workflow, one: Asked, counts: StatisticsCounts): Broken[] {
  // Without receipts attempts begin at 1 again. Nothing is known of an item whose record cannot be read.
  if (workflow.forgets || evidence.isDamaged(workflow)) return [];
  const bounds = attemptsOf(evidence, workflow);
  const isAll = isWhole(evidence.ledger, one);
  const mayBeTwice = evidence.ledger.countedTwice.has(workflow.name);
  return countNames.flatMap((name): Broken[] => {
    const { least, most } = bounds[name];
    const isRight = (mayBeTwice || counts[name] <= most) && (!isAll || counts[name] >= least);
    if (isRight) return [];
    const text = `${workflow.name} has ${counts[name]} ${name} at ${at(one.end)} (${one.request.ask}), and ${least} to ${most} happened`;
    return [{ promise: 'P7', kind: 'wrong', text }];
  });
}

/** No history completes enough attempts for a suggestion. */
function suggested({ name }: Workflow, { reply, end }: Asked): Broken[] {
  const { suggestedTimeout } = reply?.json ?? {};
  if (suggestedTimeout === undefined) return [];
  const text = `${name} has the suggested timeout ${JSON.stringify(suggestedTimeout)} at ${at(end)}`;
  return [{ promise: 'P7', kind: 'wrong', text }];
}

/** Whether a reply has the counts of everything that happened: nothing failed, and all processes had written theirs. */
function isWhole({ asked, ran, faults, killed, countedAt }: Ledger, one: Asked): boolean {
  return (
    one.at >= countedAt &&
    killed === 0 &&
    !faults.has('message refused') &&
    asked.every(({ isFaulted, isUnheard }) => !isFaulted || isUnheard) &&
    ran.every((run) => run.isWhole)
  );
}

/** A function keeps what it knows of a workflow for this long, in milliseconds. */
const knownMs = 30_000 + 2 * mostSkewMs;

/** Whether somebody may have removed the workflow, and no registration has entered it again since. */
function mayBeRemoved({ asked }: Workflow, reading: Asked): boolean {
  return asked.some((removal) => {
    const { request, reply } = removal;
    if (request.ask !== 'remove workflow' || removal.at > reading.end) return false;
    if (reply && reply.status >= 400 && reply.status < 500) return false;
    return !asked.some(
      (one) =>
        one.at > removal.end + knownMs &&
        one.end < reading.at &&
        itemsAsked(one).some((item) => item.request.ask === 'register' && item.reply?.status === 201),
    );
  });
}

/** The counters of a workflow in the text of the metrics; undefined if it is not there. */
function countsIn(text: string, workflow: string): StatisticsCounts | undefined {
  const values = countNames.flatMap((name) => {
    const line = `process_warden_attempts_total{workflow="${workflow}",event="${name}"} `;
    const found = text.split('\n').find((other) => other.startsWith(line));
    return found === undefined ? [] : [[name, Number(found.slice(line.length))] as const];
  });
  return values.length === 0 ? undefined : { ...noCounts, ...Object.fromEntries(values) };
}
