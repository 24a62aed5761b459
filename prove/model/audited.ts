import type { AuditEntry } from '../../core/contract/audit.ts';
import type { Asked } from '../ledger.ts';
import { workflowName } from '../world/names.ts';
import { actionsOf, isDoneBy, isOwn, subjectOf } from './audited-actions.ts';
import { canChange, settingsSet } from './audited-settings.ts';
import type { Broken, Evidence } from './evidence.ts';
import { unmatched } from './matched.ts';
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
    const done = asked.filter((one) => one.end < reading.at && isDoneBy(one) && isIn(placeOf(one)));
    const own = done.filter((one) => isOwn(one, evidence.workflow(nameOf(one)).asked));
    const left = new Set([
      ...done.filter((one) => !isNoted(one, entries)),
      ...unmatched(own, entries, (one, entry) => isEntryOf(evidence, entry, one)),
    ]);
    const unasked = new Set([
      ...entries.filter((entry) => !isIn(entry) || (isAutomatic(entry) && !isAllowed(evidence, entry))),
      ...unaskedOf(evidence, entries),
    ]);
    return [
      ...[...left].map((one) => broken(`request ${one.number} (${one.request.ask}) is not`)),
      ...resumedUnnoted(evidence, reading, entries).map((redrive) => broken(`redrive ${redrive} is not`)),
      ...[...unasked].map((entry) => broken(`nobody asked for ${JSON.stringify(entry)}`)),
    ];
  });
}

/** Tokens belong to no workflow. */
function placeOf({ request }: Asked): Pick<AuditEntry, 'workflow'> {
  return request.ask.endsWith('token') ? {} : { workflow: workflowName(request.workflow) };
}

const nameOf = ({ request }: Asked) => workflowName(request.workflow);

/**
 * Whether a change has an entry of each of its actions, and each setting that it set is named in one. The entry of a repeat
 * that changed nothing is the entry of the first time.
 */
function isNoted(one: Asked, entries: readonly AuditEntry[]): boolean {
  const earlier = entries.filter(
    (entry) => isOfChange(entry, one) && Date.parse(entry.at) <= one.end + mostSkewMs,
  );
  const listed = new Set(earlier.flatMap(({ settings = [] }) => settings));
  const done = new Set(earlier.map(({ action }) => action));
  return (
    actionsOf(one).every((action) => done.has(action)) && settingsSet(one).every((name) => listed.has(name))
  );
}

/** Whether an entry may have been written for this request: it is of the same change, and of the time of the request. */
function isEntryOf(evidence: Evidence, entry: AuditEntry, one: Asked): boolean {
  const noted = Date.parse(entry.at);
  return (
    isOfChange(entry, one) &&
    one.at - mostSkewMs <= noted &&
    noted <= one.end + mostSkewMs &&
    canChange(one, entry.settings ?? [], evidence.workflow(nameOf(one)).asked)
  );
}

/** Whether an entry names this change, and who made it. */
function isOfChange(entry: AuditEntry, one: Asked): boolean {
  const subject = subjectOf(one);
  return (
    entry.by === 'open' &&
    actionsOf(one).includes(entry.action) &&
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

const isAutomatic = ({ by }: AuditEntry) => by === 'automatic';

function isAllowed(evidence: Evidence, { action, workflow }: AuditEntry): boolean {
  return (
    action === 'redrive-started' && evidence.workflow(workflow ?? '').settings.some((one) => one.automatic)
  );
}

/**
 * Entries without a request. Each request makes one entry at most; a change of settings that loses a race may make
 * another, with other settings.
 */
function unaskedOf(evidence: Evidence, entries: readonly AuditEntry[]): AuditEntry[] {
  const heard = evidence.ledger.asked.filter((one) => !one.isUnheard);
  const alike = Map.groupBy(
    entries.filter((entry) => !isAutomatic(entry)),
    ({ action, workflow, subject, settings }) => JSON.stringify([action, workflow, subject, settings]),
  );
  return [...alike.values()].flatMap((same) =>
    unmatched(same, heard, (entry, one) => isEntryOf(evidence, entry, one)),
  );
}
