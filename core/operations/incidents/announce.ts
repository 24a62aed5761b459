import { readQueues } from '../../aws/items/queues.ts';
import type { IncidentCounts } from '../../contract/incident.ts';
import { errorFields } from '../../log.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { summarise } from '../../model/incident/item-summary.ts';
import { incidentKinds } from '../../model/incident/kinds.ts';
import { aboutOf, noOutcomes } from '../../model/incident/notification.ts';
import { growth, hasGrown, isClaimed, isNotifiedAtOnce } from '../../model/incident/pacing.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { isNotStarted } from '../../model/item/not-started.ts';
import { isSilenced } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { notifyPeople } from './notify-people.ts';

export type Announcing = Pick<
  Ports,
  'items' | 'registry' | 'incidents' | 'notifications' | 'budget' | 'clock' | 'log'
>;

/** The report to an incident, and the incident as it was then. */
export interface Reported {
  incident: IncidentRecord;
  /** This report opened the incident and claimed its first notification. */
  opened: boolean;
  records: readonly ItemRecord[];
}

/** More items than this are not counted for an early update: reading them would cost more than the update is worth. */
const mostCounted = 10_000;

/**
 * Notifies people of the reported items, if they cannot wait for the sweep: the incident is new, or nobody has
 * announced it yet, or it has become so much larger that the last notification misleads. If a silence, quiet, an outage
 * or the budget of notifications holds the notification back, or if it fails, the sweep sends it: the incident records
 * what people were notified of. A failure here is therefore no reason to fail the caller.
 */
export async function announce(service: Announcing, reported: Reported): Promise<void> {
  const { incident } = reported;
  try {
    await (incident.notified === 0 ? notifyOfOpening(service, reported) : notifyOfGrowth(service, reported));
  } catch (error) {
    service.log.error('notification failed; the sweep will send it', {
      workflow: incident.workflow,
      incident: incident.id,
      ...errorFields(error),
    });
  }
}

async function notifyOfOpening(service: Announcing, { incident, opened, records }: Reported): Promise<void> {
  const { registry, incidents, budget, clock } = service;
  if (!opened && isClaimed(incident, clock.now())) return;
  const workflow = await registry.readWorkflow(incident.workflow);
  const settings = workflow?.settings;
  const now = clock.now();
  const isNow = isNotifiedAtOnce(incident, settings?.notifications, isSilenced(workflow, now));
  if (!isNow || budget.isUsedUp()) {
    if (opened) await incidents.open.release(incident);
    return;
  }
  if (!(await claimAndSpend(service, incident, opened))) return;
  const counts = await countsNow(service, incident, records);
  const facts = {
    event: 'opened' as const,
    counts,
    outcomes: noOutcomes,
    summaries: summarise(records, totalOf(counts), now, settings?.redrive?.automatic?.max),
    ...aboutOf(settings),
  };
  await notifyPeople(service, incident, facts, true);
}

/**
 * Claims the next notification, then spends it: if many functions would send the same notification, only one of them
 * spends. False if another function sends it, or if the budget is used up.
 */
async function claimAndSpend(
  { incidents, budget }: Announcing,
  incident: IncidentRecord,
  isClaimed = false,
): Promise<boolean> {
  if (!isClaimed && !(await incidents.open.claim(incident))) return false;
  if (await budget.take('notification')) return true;
  await incidents.open.release(incident);
  return false;
}

/** If the update cannot be sent now, the next one has the counts. */
async function notifyOfGrowth(service: Announcing, { incident, records }: Reported): Promise<void> {
  const { items, registry, budget, clock } = service;
  const known = totalOf(incident.counts ?? { overdue: 0, failed: 0 });
  const { itemQueues } = incidentKinds[incident.incidentKind];
  if (itemQueues.length === 0 || known === 0 || known * growth > mostCounted || incident.heldBack) return;
  if (isClaimed(incident, clock.now()) || budget.isUsedUp()) return;
  const queues = await readQueues(registry, incident.workflow);
  if (!(await items.byTime.hasAtLeast(queues, itemQueues, known * growth))) return;
  const workflow = await registry.readWorkflow(incident.workflow);
  const now = clock.now();
  if (isSilenced(workflow, now)) return;
  const counts = await countsNow(service, incident, records);
  if (!hasGrown(incident, counts) || !(await claimAndSpend(service, incident))) return;
  const facts = {
    event: 'updated' as const,
    counts,
    outcomes: incident.outcomes ?? noOutcomes,
    summaries: summarise(records, totalOf(counts), now, workflow?.settings?.redrive?.automatic?.max),
    ...aboutOf(workflow?.settings),
  };
  await notifyPeople(service, incident, facts, true);
}

/** The index has the items that other functions have reported, but perhaps not yet the items of this report. */
async function countsNow(
  { items, registry }: Announcing,
  incident: IncidentRecord,
  records: readonly ItemRecord[],
): Promise<IncidentCounts> {
  const kind = incidentKinds[incident.incidentKind];
  const failed = records.filter(({ state }) => state === 'failed').length;
  const notStarted = records.filter(isNotStarted).length;
  const atHand = { overdue: records.length - failed - notStarted, failed, notStarted };
  if (kind.itemQueues.length === 0) return kind.counts(incident, { ...atHand, stuck: records.length });
  const queues = await readQueues(registry, incident.workflow);
  const counted = await items.byTime.countBreached(queues, kind.itemQueues);
  return kind.counts(incident, {
    overdue: Math.max(counted.overdue, atHand.overdue),
    failed: Math.max(counted.failed, atHand.failed),
    notStarted: Math.max(counted.notStarted, notStarted),
  });
}

function totalOf({ overdue, failed, notStarted = 0, warned = 0, stuck = 0 }: IncidentCounts): number {
  return overdue + failed + notStarted + warned + stuck;
}
