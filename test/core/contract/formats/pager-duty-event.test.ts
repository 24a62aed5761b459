import { expect, test } from 'vitest';
import { PagerDutyEvent, pagerDutyEvents } from '../../../../core/contract/formats/pager-duty-event.ts';
import { limits } from '../../../../core/contract/limits.ts';
import { digestOf } from '../../../../core/model/incident/digest.ts';
import type { IncidentRecord } from '../../../../core/model/incident/incident-record.ts';
import { type NotificationFacts, noOutcomes } from '../../../../core/model/incident/notification.ts';
import { documentedFault } from '../../../support/events-v2.ts';
import { incidentRecord } from '../../../support/incident-record.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { notification } from '../../../support/notifications.ts';

const routingKey = 'e93facc04764012d7bfb002500d5d1a6';
const address = { url: 'https://warden.example.com', isTokenNeeded: true };
const { id: incident } = incidentRecord();
const acknowledged = { at: '2026-03-01T12:02:00.000Z', by: 'sam', overdue: 1, failed: 0 };

/** The events of a notification, as documented by PagerDuty and as our schema has them. */
function eventsOf(facts: Partial<NotificationFacts> = {}, change: Partial<IncidentRecord> = {}) {
  const events = pagerDutyEvents(notification(facts, change), routingKey, address);
  for (const event of events) {
    expect(documentedFault(event)).toBeUndefined();
    expect(PagerDutyEvent.parse(event)).toEqual(event);
  }
  return events;
}

test('users 1: an incident is triggered, updated, acknowledged and resolved as one alert of PagerDuty', () => {
  const actions = (facts: Partial<NotificationFacts>, change: Partial<IncidentRecord> = {}) => {
    const events = eventsOf(facts, change);
    expect(new Set(events.map(({ dedup_key }) => dedup_key))).toEqual(new Set([incident]));
    return events.map(({ event_action }) => event_action);
  };
  expect(actions({})).toEqual(['trigger']);
  expect(actions({ event: 'updated' })).toEqual(['trigger']);
  expect(actions({ event: 'reminder' })).toEqual(['trigger']);
  expect(actions({ event: 'updated', isAcknowledged: true }, { acknowledged })).toEqual([
    'trigger',
    'acknowledge',
  ]);
  expect(actions({ event: 'resolved' })).toEqual(['resolve']);
});

test('an event says what is wrong, how severe it is, where to look and what to do', () => {
  const about = { description: 'Card payments', owner: 'payments', runbook: 'https://wiki.example.com/pay' };
  const [event] = eventsOf(about);
  expect(event).toMatchObject({
    client: 'Process Warden',
    client_url: `https://warden.example.com/console#/incidents/${incident}`,
    links: [
      { href: `https://warden.example.com/console#/incidents/${incident}`, text: 'Incident' },
      { href: 'https://warden.example.com/console#/workflows/uploads/items?state=overdue', text: 'Items' },
      { href: 'https://wiki.example.com/pay', text: 'Runbook' },
    ],
    payload: {
      summary: '[uploads] 1 item overdue',
      source: 'uploads',
      component: 'uploads',
      class: 'overdue',
      severity: 'critical',
      custom_details: {
        description: 'Card payments',
        owner: 'payments',
        counts: { overdue: 1, failed: 0 },
        whatToDo: expect.arrayContaining([expect.stringContaining('Acknowledge: curl')]),
      },
    },
  });
});

test.each([
  [undefined, 'overdue', 'critical'],
  ['Error', 'overdue', 'error'],
  ['sev-1', 'overdue', 'critical'],
  ['critical', 'warning', 'warning'],
] as const)('the severity %s of an incident of kind %s is %s', (severity, incidentKind, expected) => {
  const [event] = eventsOf({ severity }, { incidentKind });
  expect(event).toMatchObject({ payload: { severity: expected } });
});

test('without an address there are no links, rather than dead ones', () => {
  const [event] = pagerDutyEvents(notification(), routingKey);
  expect(event).toMatchObject({ links: [] });
  expect(event).not.toHaveProperty('client_url');
});

test('never has data (P9)', () => {
  const secret = itemRecord({ state: 'overdue', data: '{"secret":1}' });
  expect(JSON.stringify(pagerDutyEvents(notification({}, {}, [secret]), routingKey))).not.toContain('secret');
});

test('the largest is less than the 512 KB of an event', () => {
  const records = Array.from({ length: 300 }, (_, index) =>
    itemRecord({
      state: 'failed',
      item: `${'i'.repeat(limits.itemCharacters - 3)}${String(index).padStart(3, '0')}`,
      step: 's'.repeat(limits.stepCharacters),
      failure: { reason: `${index}${'r'.repeat(900)}`, at: '2026-03-01T12:00:04.000Z' },
    }),
  );
  const [event] = pagerDutyEvents(notification({}, {}, records), routingKey, address);
  expect(JSON.stringify(event).length).toBeLessThan(128 * 1024);
});

test('an incident in a digest has the severity of its kind', () => {
  const counts = { overdue: 0, failed: 0 };
  const facts = { event: 'opened', counts, outcomes: noOutcomes, severity: undefined } as const;
  const kinds = ['overdue', 'not-started', 'warning', 'stuck', 'shortfall'] as const;
  const digested = kinds.map((incidentKind) => ({ incident: incidentRecord({ incidentKind }), facts }));
  const events = pagerDutyEvents(
    digestOf(digested, Date.parse('2026-03-01T12:00:00.000Z')),
    routingKey,
    address,
  );
  const severities = events.map(
    (event) => 'payload' in event && [event.payload.class, event.payload.severity],
  );
  expect(Object.fromEntries(severities.flatMap((one) => (one ? [one] : [])))).toEqual({
    overdue: 'critical',
    'not-started': 'critical',
    warning: 'warning',
    stuck: 'warning',
    shortfall: 'critical',
  });
});
