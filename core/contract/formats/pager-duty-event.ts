import * as z from 'zod/mini';
import { type Address, incidentUrl, itemsUrl } from '../commands.ts';
import type { DigestedIncident, PublishedNotification } from '../digest.ts';
import { digestedText } from '../digest-text.ts';
import type { Notification } from '../notification.ts';
import { kindTexts } from '../notification-kinds.ts';
import { notificationParts } from '../notification-text.ts';

export const pagerDutyEndpoint = 'https://events.pagerduty.com/v2/enqueue';

const mostSummaryCharacters = 1_024;
const Severity = z.enum(['critical', 'error', 'warning', 'info']);
const RoutingKey = z.string().check(z.minLength(32), z.maxLength(32));

/** An event of PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/send-alert-event). */
export const PagerDutyEvent = z.discriminatedUnion('event_action', [
  z.strictObject({
    routing_key: RoutingKey,
    event_action: z.literal('trigger'),
    dedup_key: z.string().check(z.maxLength(255)),
    payload: z.strictObject({
      summary: z.string().check(z.minLength(1), z.maxLength(mostSummaryCharacters)),
      source: z.string().check(z.minLength(1)),
      severity: Severity,
      timestamp: z.string(),
      component: z.string(),
      group: z.string(),
      class: z.string(),
      custom_details: z.record(z.string(), z.unknown()),
    }),
    client: z.string(),
    client_url: z.optional(z.string()),
    links: z.array(z.strictObject({ href: z.string(), text: z.string() })),
  }),
  z.strictObject({
    routing_key: RoutingKey,
    event_action: z.enum(['acknowledge', 'resolve']),
    dedup_key: z.string().check(z.maxLength(255)),
  }),
]);
export type PagerDutyEvent = z.infer<typeof PagerDutyEvent>;

/**
 * The events of a notification, to be sent in this order. An incident is one alert: PagerDuty tells them apart by
 * `dedup_key`, so a repeated delivery changes nothing (P3). An acknowledged incident stays acknowledged there.
 */
export function pagerDutyEvents(
  published: PublishedNotification,
  routingKey: string,
  address?: Address,
): PagerDutyEvent[] {
  if (published.event === 'digest') {
    return published.incidents.map((one) => digestedEvent(one, published.at, routingKey, address));
  }
  const notification = published;
  const { event, incident, acknowledged } = notification;
  const which = { routing_key: routingKey, dedup_key: incident };
  if (event === 'resolved') return [{ ...which, event_action: 'resolve' }];
  const trigger = triggerOf(notification, routingKey, address);
  return [trigger, ...(acknowledged ? [{ ...which, event_action: 'acknowledge' as const }] : [])];
}

/** An incident in a digest is still an alert of its own. */
function digestedEvent(
  digested: DigestedIncident,
  at: string,
  routingKey: string,
  address: Address | undefined,
): PagerDutyEvent {
  const { incident, workflow, kind, event, severity, openedAt, counts } = digested;
  const which = { routing_key: routingKey, dedup_key: incident };
  if (event === 'resolved') return { ...which, event_action: 'resolve' };
  const url = address && incidentUrl(digested, address);
  const { level } = kindTexts[kind];
  return {
    ...which,
    event_action: 'trigger',
    payload: {
      summary: `[${workflow}] ${digestedText(digested)}`,
      source: workflow,
      severity: severityOf({ level, severity }),
      timestamp: at,
      component: workflow,
      group: 'process-warden',
      class: kind,
      custom_details: { openedAt, counts },
    },
    client: 'Process Warden',
    ...(url !== undefined && { client_url: url }),
    links: url === undefined ? [] : [{ href: url, text: 'Incident' }],
  };
}

function triggerOf(notification: Notification, routingKey: string, address?: Address): PagerDutyEvent {
  const { incident, workflow, kind, at, subject, runbook } = notification;
  const { title, body, whatToDo } = notificationParts(notification, address);
  const { counts, steps, reasons, commonTags, description, owner, openedAt } = notification;
  const url = address && incidentUrl(notification, address);
  const items = address && itemsUrl(notification, address);
  return {
    routing_key: routingKey,
    event_action: 'trigger',
    dedup_key: incident,
    payload: {
      summary: subject,
      source: workflow,
      severity: severityOf(notification),
      timestamp: at,
      component: workflow,
      group: 'process-warden',
      class: kind,
      custom_details: {
        text: [title, body].join('\n\n'),
        ...(description !== undefined && { description }),
        ...(owner !== undefined && { owner }),
        openedAt,
        counts,
        steps,
        reasons,
        commonTags,
        whatToDo,
      },
    },
    client: 'Process Warden',
    ...(url !== undefined && { client_url: url }),
    links: [
      ...(url === undefined ? [] : [{ href: url, text: 'Incident' }]),
      ...(items === undefined ? [] : [{ href: items, text: 'Items' }]),
      ...(runbook === undefined ? [] : [{ href: runbook, text: 'Runbook' }]),
    ],
  };
}

/** The severity of the workflow if PagerDuty has it, otherwise by the level. */
function severityOf({ level, severity }: Pick<Notification, 'level' | 'severity'>): z.infer<typeof Severity> {
  if (level !== 'alert') return level;
  return z.safeParse(Severity, severity?.toLowerCase()).data ?? 'critical';
}
