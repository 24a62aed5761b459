import { expect, test } from 'vitest';
import { noOutcomes, noSummaries, notificationOf } from '../../core/model/incident/notification.ts';
import { terminalText } from '../../local/print-notification.ts';
import { incidentRecord } from '../support/incident-record.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');

function text(
  event: 'opened' | 'updated' | 'reminder' | 'resolved',
  incidentKind: 'overdue' | 'warning' | 'shortfall',
) {
  const counts = { overdue: 1, failed: 0 };
  const told = { event, counts, outcomes: noOutcomes, summaries: noSummaries };
  return JSON.stringify(notificationOf(incidentRecord({ incidentKind }), told, now));
}

test.each([
  ['opened', 'overdue', 'ALERT'],
  ['updated', 'overdue', 'ALERT'],
  ['reminder', 'overdue', 'ALERT'],
  ['opened', 'shortfall', 'ALERT'],
  ['opened', 'warning', 'WARNING'],
  ['resolved', 'overdue', 'RESOLVED'],
] as const)('a notification that is %s of kind %s is marked %s', (event, incidentKind, mark) => {
  expect(terminalText(text(event, incidentKind), false)).toMatch(
    new RegExp(`^\\n${mark} {2}Workflow uploads: [^\\n]+\\.\\n[^]*\\nNotification \\S+\\n\\n$`),
  );
});

test('only the first line is in colour, and only on request', () => {
  const [plain, coloured] = [false, true].map((colour) => terminalText(text('opened', 'overdue'), colour));
  expect(plain).not.toContain('\u001b');
  const lines = coloured?.split('\n') ?? [];
  expect(lines.filter((line) => line.includes('\u001b'))).toEqual([
    expect.stringContaining('ALERT  Workflow uploads: 1 item overdue.'),
  ]);
});
