import type { AuditEntry } from '../../core/contract/audit.ts';
import type { Asked } from '../ledger.ts';
import { workflowName } from '../world/names.ts';
import { actionOf, isDoneBy, subjectOf } from './audited-actions.ts';
import type { Broken, Evidence } from './evidence.ts';
import { pagesOf } from './sighting.ts';
import { at, mostSkewMs } from './times.ts';

/** P7: every change that was made stands in the audit log with who and what, and nothing stands there unasked. */
export function audited(evidence: Evidence): Broken[] {
  const { asked } = evidence.ledger;
  return asked.flatMap((reading): Broken[] => {
    const { request, reply } = reading;
    if (request.ask !== 'read audit' || reply?.status !== 200) return [];
    const entries = pagesOf(reading).flatMap(({ items }) => items) as unknown as AuditEntry[];
    const isIn = ({ workflow }: Pick<AuditEntry, 'workflow'>) =>
      request.ofAll || workflow === workflowName(request.workflow);
    const broken = (text: string): Broken => ({
      promise: 'P7',
      kind: 'wrong',
      text: `${text} in the audit log at ${at(reading.end)}`,
    });
    // The entry of a repeat that changed nothing is the entry of the first time.
    const isNoted = (one: Asked) =>
      entries.some((entry) => isOfChange(entry, one) && Date.parse(entry.at) <= one.end + mostSkewMs);
    const left = asked.filter(
      (one) => one.end < reading.at && isDoneBy(one) && isIn(placeOf(one)) && !isNoted(one),
    );
    const unasked = entries.filter((entry) => !isIn(entry) || !isAsked(evidence, entry, entries));
    return [
      ...left.map((one) => broken(`request ${one.number} (${one.request.ask}) is not`)),
      ...resumedUnnoted(evidence, reading, entries).map((redrive) => broken(`redrive ${redrive} is not`)),
      ...unasked.map((entry) => broken(`nobody asked for ${JSON.stringify(entry)}`)),
    ];
  });
}

/** Tokens belong to no workflow. */
function placeOf({ request }: Asked): Pick<AuditEntry, 'workflow'> {
  return request.ask.endsWith('token') ? {} : { workflow: workflowName(request.workflow) };
}

/** Whether an entry names this change, and who made it. */
function isOfChange(entry: AuditEntry, one: Asked): boolean {
  const subject = subjectOf(one);
  return (
    entry.by === 'open' &&
    entry.action === actionOf(one) &&
    entry.workflow === placeOf(one).workflow &&
    (subject === undefined || entry.subject === subject)
  );
}

/** Redrives that have resumed items before the reading began, whoever started them. */
function resumedUnnoted(
  { ledger }: Evidence,
  { request, at: begun }: Asked,
  entries: AuditEntry[],
): string[] {
  const redrives = ledger.published.flatMap((one) => {
    if (one.topic !== 'upstream' || one.at >= begun) return [];
    const isIn = request.ask === 'read audit' && (request.ofAll || isOf(one.message, request.workflow));
    return isIn ? [one.message.redrive] : [];
  });
  return [...new Set(redrives)].filter(
    (id) => !entries.some(({ action, subject }) => action === 'redrive-started' && subject === id),
  );
}

const isOf = ({ workflow }: { workflow: string }, number: number) => workflow === workflowName(number);

/** Each request makes one entry at most. */
function isAsked(evidence: Evidence, entry: AuditEntry, entries: readonly AuditEntry[]): boolean {
  if (entry.by === 'automatic') {
    const { settings } = evidence.workflow(entry.workflow ?? '');
    return entry.action === 'redrive-started' && settings.some((one) => one.automatic);
  }
  const noted = Date.parse(entry.at);
  const changes = evidence.ledger.asked.filter((one) => !one.isUnheard && isOfChange(entry, one));
  const isInTime = changes.some((one) => one.at - mostSkewMs <= noted && noted <= one.end + mostSkewMs);
  const same = entries.filter(
    ({ action, workflow, subject }) =>
      action === entry.action && workflow === entry.workflow && subject === entry.subject,
  );
  return isInTime && same.length <= changes.length;
}
