import type { IncidentCounts } from '../../contract/incident.ts';
import { errorFields } from '../../log.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { summarise } from '../../model/incident/item-summary.ts';
import { incidentKinds } from '../../model/incident/kinds.ts';
import { aboutOf, type NotificationFacts, noOutcomes } from '../../model/incident/notification.ts';
import { isToldAtOnce } from '../../model/incident/pacing.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { isNotStarted } from '../../model/item/not-started.ts';
import { isSilenced } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { publishNotification } from './publish-notification.ts';

/**
 * Notifies people at once of an incident that was just opened, with the items at hand. If a silence, quiet, an outage
 * or the budget of notifications holds the notification back, or if it fails, the sweep sends it: the incident records
 * that nobody was notified yet. A failure here is therefore no reason to fail the caller.
 */
export async function announce(
  service: Pick<Ports, 'registry' | 'incidents' | 'notifications' | 'budget' | 'clock' | 'log'>,
  incident: IncidentRecord,
  records: readonly ItemRecord[],
): Promise<void> {
  const { registry, clock, log } = service;
  try {
    const workflow = await registry.readWorkflow(incident.workflow);
    const settings = workflow?.settings;
    const now = clock.now();
    if (!isToldAtOnce(incident, settings?.notifications, isSilenced(workflow, now))) return;
    if (!(await service.budget.take('notification'))) return;
    await tellPeople(service, incident, {
      event: 'opened',
      counts: incidentKinds[incident.incidentKind].counts(incident, countsOf(records)),
      outcomes: noOutcomes,
      summaries: summarise(records, records.length, now, settings?.redrive?.automatic?.max),
      ...aboutOf(settings),
    });
  } catch (error) {
    log.error('notification failed; the sweep will send it', {
      workflow: incident.workflow,
      incident: incident.id,
      ...errorFields(error),
    });
  }
}

function countsOf(records: readonly ItemRecord[]): IncidentCounts {
  const failed = records.filter(({ state }) => state === 'failed').length;
  const notStarted = records.filter(isNotStarted).length;
  return { overdue: records.length - failed - notStarted, failed, notStarted };
}

/** Publishes the incident's next notification, and records it only after SNS has accepted it (P3). */
export async function tellPeople(
  service: Pick<Ports, 'incidents' | 'notifications' | 'clock'>,
  incident: IncidentRecord,
  told: NotificationFacts,
): Promise<void> {
  const notification = await publishNotification(service, incident, told);
  await service.incidents.open.recordNotified(incident, notification);
}
