import { expect, test } from 'vitest';
import { mostDigested } from '../../../core/contract/digest.ts';
import { digestText } from '../../../core/contract/digest-text.ts';
import { type Digested, digestOf } from '../../../core/model/incident/digest.ts';
import { type IncidentRecord, newIncident } from '../../../core/model/incident/incident-record.ts';
import { noOutcomes } from '../../../core/model/incident/notification.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');

function digested(
  workflow: string,
  overdue: number,
  facts: Partial<Digested['facts']> = {},
  incident: Partial<IncidentRecord> = {},
): Digested {
  return {
    incident: { ...newIncident(workflow, 'overdue', now), id: `id-of-${workflow}`, ...incident },
    facts: {
      event: 'opened',
      counts: { overdue, failed: 0 },
      outcomes: noOutcomes,
      severity: undefined,
      ...facts,
    },
  };
}

test('a digest counts workflows, names the heaviest first, and what is resolved last', () => {
  const digest = digestOf(
    [
      digested('small', 1),
      digested('large', 300, { severity: 'critical' }),
      digested('over', 0, { event: 'resolved' }, { notified: 1 }),
    ],
    now,
  );
  expect(digest).toMatchObject({
    level: 'alert',
    subject: '2 workflows have incidents, 1 incident is resolved',
    incidents: [
      { workflow: 'large', notification: 'id-of-large.1' },
      { workflow: 'small' },
      { workflow: 'over', notification: 'id-of-over.resolved' },
    ],
  });
  expect(digestText(digest).split('\n')).toEqual([
    '2 workflows have incidents, 1 incident is resolved.',
    '',
    'More notifications were due than the warden may send at once. This digest replaces them.',
    '',
    '  large (critical): 300 items overdue. GET /v1/incidents/id-of-large',
    '  small: 1 item overdue. GET /v1/incidents/id-of-small',
    '',
    'Resolved: over.',
    '',
    'Open incidents: GET /v1/incidents?state=open',
    `Notification ${digest.id}`,
  ]);
});

test('the largest digest fits one message, and its text names 20 of it', () => {
  const most = Array.from({ length: mostDigested }, (_, index) =>
    digested(`${'w'.repeat(60)}${index}`, index, { severity: 's'.repeat(64) }),
  );
  const digest = digestOf(most, now);
  const lines = digestText(digest).split('\n');
  expect(lines.filter((line) => line.startsWith('  w'))).toHaveLength(20);
  expect(lines).toContain(`The 20 incidents with the most items, of ${mostDigested}:`);
  const message = JSON.stringify({ default: JSON.stringify(digest), email: digestText(digest) });
  const names = JSON.stringify(digest.incidents.map(({ workflow }) => workflow));
  // Of 256 KiB, with the severities, the kinds and the envelope.
  expect(message.length + 2 * names.length).toBeLessThan(240_000);
});

test('the same incidents make a digest with the same id, in any order; others make another (P3)', () => {
  const [one, two, three] = [digested('a', 1), digested('b', 2), digested('c', 3)];
  const idOf = (all: Digested[]) => digestOf(all, now).id;
  expect(idOf([one, two])).toBe(idOf([two, one]));
  expect(idOf([one, two])).not.toBe(idOf([one, three]));
});

test('a digest of resolved incidents only is no alert', () => {
  const digest = digestOf([digested('a', 0, { event: 'resolved' })], now);
  expect(digest).toMatchObject({ level: 'info', subject: '1 incident is resolved', workflows: 0 });
});
