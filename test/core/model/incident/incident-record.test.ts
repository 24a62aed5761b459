import { expect, test } from 'vitest';
import { IncidentId } from '../../../../core/contract/time-ordered-id.ts';
import {
  IncidentRecord,
  isFull,
  newIncident,
  slotOf,
  withEntry,
} from '../../../../core/model/incident/incident-record.ts';
import { timeOrderedId } from '../../../../core/model/time-ordered-id.ts';

test('ids order by time, to the millisecond and over decades', () => {
  const times = ['2001-09-09', '2026-03-01', '2026-11-21', '2059-05-25', '2100-01-01', '3000-01-01']
    .map((date) => Date.parse(`${date}T00:00:00.000Z`))
    .flatMap((ms) => [ms, ms + 1, ms + 35, ms + 36, ms + 1_000]);
  const ids = times.map(timeOrderedId);
  expect(ids.toSorted()).toEqual(ids);
});

test('no two ids of the same millisecond are equal, and the contract accepts each', () => {
  const ids = Array.from({ length: 5_000 }, () => timeOrderedId(1_772_366_400_000));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(IncidentId.safeParse(id).success).toBe(true);
});

test('a new incident has no notification, and the only slot for its workflow and kind', () => {
  const incident = newIncident('uploads', 'warning', Date.parse('2026-03-01T12:00:00.000Z'), { warned: 3 });
  expect(IncidentRecord.parse(incident)).toEqual(incident);
  expect(incident).toMatchObject({
    kind: 'open-incident',
    name: slotOf('uploads', 'warning'),
    openedAt: '2026-03-01T12:00:00.000Z',
    reportedAt: '2026-03-01T12:00:00.000Z',
    notified: 0,
    updates: 0,
    warned: 3,
    timeline: [{ at: '2026-03-01T12:00:00.000Z', event: 'opened' }],
  });
  expect(slotOf('uploads', 'overdue')).not.toBe(slotOf('uploads', 'warning'));
});

test('a timeline keeps its first and its latest entries, 100 at most', () => {
  const entry = (minute: number) => ({ at: `${minute}`, event: 'notified' as const });
  let timeline: IncidentRecord['timeline'] = [];
  for (let minute = 0; minute < 100; minute++) {
    expect(isFull(timeline)).toBe(false);
    timeline = withEntry(timeline, entry(minute));
    expect(timeline).toHaveLength(minute + 1);
  }
  for (let minute = 100; minute < 350; minute++) {
    expect(isFull(timeline)).toBe(true);
    timeline = withEntry(timeline, entry(minute));
    expect(timeline).toHaveLength(100);
  }
  const kept = timeline.map(({ at }) => Number(at));
  expect(kept.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, minute) => minute));
  expect(kept.slice(20)).toEqual(Array.from({ length: 80 }, (_, minute) => 270 + minute));
});
