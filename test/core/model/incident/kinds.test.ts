import { describe, expect, test } from 'vitest';
import { IncidentKind } from '../../../../core/contract/incident.ts';
import { kindTexts } from '../../../../core/contract/notification-kinds.ts';
import { incidentKinds } from '../../../../core/model/incident/kinds.ts';
import { noOutcomes, noSummaries, notificationOf } from '../../../../core/model/incident/notification.ts';
import { quietBeforeEndMs } from '../../../../core/names/clockwork.ts';
import { incidentRecord } from '../../../support/incident-record.ts';

const items = { overdue: 3, failed: 1, notStarted: 4, unreadable: 2 };
const none = { overdue: 0, failed: 0 };
const noChanges = { ...none, ...noOutcomes };

describe('an incident', () => {
  test.each([
    ['overdue', { overdue: 3, failed: 1, unreadable: 2 }],
    ['not-started', { ...none, notStarted: 4 }],
    ['warning', { ...none, warned: 5 }],
    ['shortfall', none],
  ] as const)('of kind %s counts %j', (kind, counts) => {
    expect(incidentKinds[kind].counts({ warned: 5 }, items)).toEqual(counts);
  });

  test('of warnings with no count yet says so', () => {
    expect(incidentKinds.warning.counts({}, items)).toEqual({ ...none, warned: 0 });
  });
});

test('an incident of items that are breached lists them as they are now', () => {
  const kinds = IncidentKind.options.filter((kind) => incidentKinds[kind].itemQueues.length > 0);
  expect(kinds).toEqual(['overdue', 'not-started']);
});

describe('an incident of items not started in time', () => {
  const { isOver } = incidentKinds['not-started'];
  const said = (event: 'opened' | 'reminder') =>
    kindTexts['not-started'].summary({ event, counts: { ...none, notStarted: 7 }, changes: noChanges });

  test('ends a while after the last of them was started, completed, resumed or discarded', () => {
    expect(isOver({ counts: { ...none, notStarted: 1 } }, 60_000)).toBe(false);
    expect(isOver({ counts: { ...none, notStarted: 0 } }, quietBeforeEndMs - 1)).toBe(false);
    expect(isOver({ counts: { ...none, notStarted: 0 } }, quietBeforeEndMs)).toBe(true);
  });

  test('says that they are not started, and never that it is safe to send them again', () => {
    expect([said('opened'), said('reminder')]).toEqual([
      '7 items not started in time',
      'still 7 items not started in time',
    ]);
    const { lines, whatToDo } = kindTexts['not-started'];
    const built = notificationOf(
      incidentRecord({ incidentKind: 'not-started' }),
      { event: 'opened', counts: { ...none, notStarted: 7 }, outcomes: noOutcomes, summaries: noSummaries },
      0,
    );
    const text = [...lines(built), ...whatToDo(built)].join('\n');
    expect(text).toContain('Look at the queue first');
    expect(text).not.toMatch(/safe|with \{\}/);
  });
});
