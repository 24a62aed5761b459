import { expect, test } from 'vitest';
import { notificationText } from '../../../../core/contract/notification-text.ts';
import { isAcknowledged } from '../../../../core/model/incident/acknowledgement.ts';
import { digestOf } from '../../../../core/model/incident/digest.ts';
import { incidentSummary } from '../../../../core/model/incident/incident-view.ts';
import { noOutcomes } from '../../../../core/model/incident/notification.ts';
import { incidentRecord } from '../../../support/incident-record.ts';
import { notification } from '../../../support/notifications.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');
const counts = { overdue: 0, failed: 0, notStarted: 3 };

test('an incident is not recovering while items of it are not started', () => {
  const record = incidentRecord({ incidentKind: 'not-started', notified: 1 });
  const about = { outcomes: noOutcomes, recovering: { items: 1 } };
  expect(incidentSummary(record, { counts, ...about }).state).toBe('open');
  expect(incidentSummary(record, { counts: { ...counts, notStarted: 0 }, ...about }).state).toBe(
    'recovering',
  );
});

test('a digest puts items that were not started among the heaviest', () => {
  const facts = { event: 'opened' as const, outcomes: noOutcomes };
  const { incidents } = digestOf(
    [
      {
        incident: incidentRecord({ workflow: 'light' }),
        facts: { ...facts, counts: { overdue: 1, failed: 0 } },
      },
      {
        incident: incidentRecord({ workflow: 'heavy', incidentKind: 'not-started' }),
        facts: { ...facts, counts: { ...counts, notStarted: 900 } },
      },
    ],
    now,
  );
  expect(incidents.map(({ workflow }) => workflow)).toEqual(['heavy', 'light']);
});

test('after an outage of the warden, items that were not started are counted', () => {
  const outage = { from: '2026-03-01T11:00:00.000Z', to: '2026-03-01T12:00:00.000Z' };
  const told = notification({ counts }, { incidentKind: 'not-started', outage });
  expect(told.subject).toBe('[uploads] 3 items unconfirmed after an outage');
  expect(notificationText(told)).toContain('3 items unconfirmed.');
  expect(notificationText(told)).toContain('not started within 2m after the outage');
});

test('an acknowledgement ends when more items are not started than were then', () => {
  const acknowledged = { at: '2026-03-01T12:02:00.000Z', by: 'open', overdue: 0, failed: 0, notStarted: 3 };
  const incidentKind = 'not-started';
  const record = incidentRecord({ incidentKind, acknowledged, markedAt: '2026-03-01T12:03:00.000Z' });
  expect(isAcknowledged(record, counts)).toBe(true);
  expect(isAcknowledged(record, { ...counts, notStarted: 4 })).toBe(false);
});
