import { describe, expect, test } from 'vitest';
import { Notification } from '../../../core/contract/notification.ts';
import { notificationText } from '../../../core/contract/notification-text.ts';
import type { IncidentRecord } from '../../../core/model/incident/incident-record.ts';
import { summarise } from '../../../core/model/incident/item-summary.ts';
import {
  type NotificationFacts,
  noOutcomes,
  noSummaries,
  notificationOf,
} from '../../../core/model/incident/notification.ts';
import type { ItemRecord } from '../../../core/model/item/item-record.ts';
import { incidentRecord } from '../../support/incident-record.ts';
import { itemRecord } from '../../support/item-record.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');
const copied = { step: 'copied', steps: [{ step: 'copied', at: '2026-03-01T12:00:03.000Z' }] };
const uploaded = { step: 'uploaded', steps: [{ step: 'uploaded', at: '2026-03-01T12:00:03.000Z' }] };

const overdue = (change: Partial<ItemRecord> = {}) => itemRecord({ state: 'overdue', ...change });
const failed = (change: Partial<ItemRecord> = {}) =>
  itemRecord({
    state: 'failed',
    failure: { reason: 'no space left\non /var', type: 'DiskFull', at: '2026-03-01T12:00:04.000Z' },
    ...change,
  });
const many = (count: number, make: (change: Partial<ItemRecord>) => ItemRecord, change = {}) =>
  Array.from({ length: count }, (_, index) =>
    make({ item: `scan-${String(index).padStart(3, '0')}`, ...change }),
  );

/** The text of a notification of these items, without its last two lines: what they say is in a test of its own. */
function textOf(
  records: readonly ItemRecord[],
  {
    incident = {},
    sampled = 0,
    ...told
  }: Partial<NotificationFacts> & { incident?: Partial<IncidentRecord>; sampled?: number } = {},
): string[] {
  const failures = records.filter(({ state }) => state === 'failed').length;
  const isWarning = records.some(({ state }) => state === 'waiting');
  const notification = notificationOf(
    incidentRecord({ ...(isWarning && { incidentKind: 'warning' }), ...incident }),
    {
      event: 'opened',
      counts: isWarning
        ? { overdue: 0, failed: 0, warned: records.length }
        : { overdue: records.length - failures + sampled, failed: failures },
      outcomes: noOutcomes,
      summaries: summarise(records, records.length + sampled, now),
      ...told,
    },
    now,
  );
  return notificationText(Notification.parse(notification)).split('\n').slice(0, -2);
}

describe('the text of a notification', () => {
  test('of one item says when it was due, where it stopped, and how to go on', () => {
    expect(textOf([overdue(uploaded)])).toEqual([
      'Workflow uploads: 1 item overdue.',
      '',
      '  scan-1  overdue for 4m 50s, since 2026-03-01 12:00:10 UTC, after `uploaded` at 2026-03-01 12:00:03 UTC',
      '',
      'Item: GET /v1/workflows/uploads/item?id=scan-1',
      'Resume: POST /v1/workflows/uploads/redrives with {"dryRun": true} for a preview, with {} to resume',
    ]);
  });

  test('of many says since when, after which steps, why, and names the 20 oldest', () => {
    const records = [
      ...many(300, overdue, copied),
      ...many(11, failed, uploaded),
      failed({ item: 'late', failure: { reason: 'gone', at: '2026-03-01T12:00:04.000Z' }, attempt: 2 }),
    ];
    const text = textOf(records);
    expect(text.slice(0, 9)).toEqual([
      'Workflow uploads: 300 items overdue, 12 failed.',
      '',
      'The oldest has been overdue for 4m 50s, since 2026-03-01 12:00:10 UTC.',
      'Stuck: 300 after `copied`, 11 after `uploaded`, 1 before any step.',
      'Reasons:',
      '  11 × DiskFull: no space left on /var',
      '  1 × gone',
      '',
      'The oldest 20 of 312:',
    ]);
    expect(text.slice(9, 29).filter((line) => /^ {2}\S/.test(line))).toHaveLength(20);
    expect(text[9]).toMatch(/^ {2}scan-\d{3} {2}(overdue for 4m 50s|failed), after `(copied|uploaded)`$/);
    expect(text.slice(29)).toEqual([
      '',
      'List: GET /v1/workflows/uploads/items?state=overdue',
      'List: GET /v1/workflows/uploads/items?state=failed',
      'Resume: POST /v1/workflows/uploads/redrives with {"dryRun": true} for a preview, with {} to resume',
    ]);
  });

  test('of failures alone says nothing of being overdue', () => {
    const text = textOf([failed({ ...copied, attempt: 3 })]);
    expect(text.slice(0, 5)).toEqual([
      'Workflow uploads: 1 item failed.',
      '',
      'Reason: DiskFull: no space left on /var',
      '',
      '  scan-1  failed, after `copied` at 2026-03-01 12:00:03 UTC, attempt 3',
    ]);
    expect(textOf(many(2, failed)).join()).not.toContain('verdue');
  });

  test('says of what never started that it is safe to send again, once', () => {
    const never = { neverStarted: true, deadline: '2026-03-01T13:00:00.000Z' } as const;
    const one = textOf([overdue(never)]);
    expect(one).toContain('  scan-1  never started, safe to send again');
    expect(one.join('\n').match(/safe to send again/g)).toHaveLength(1);

    const text = textOf([...many(3, overdue, never), overdue({ ...copied, item: 'other' })]);
    expect(text).toContain('3 never started: safe to send again.');
    expect(text).toContain('  scan-002  never started, safe to send again');
    // Those before any step are those that never started.
    expect(text).toContain('Stuck: 1 after `copied`.');
  });

  test('says of an update what has changed since the last notification', () => {
    const incident = {
      notified: 1,
      notifiedAt: '2026-03-01T12:01:00.000Z',
      counts: { overdue: 30, failed: 1 },
      outcomes: { ...noOutcomes, completedLate: 10 },
    };
    const outcomes = { completedLate: 25, restarted: 2, redriven: 3, discarded: 4 };
    const told = { event: 'updated', incident, outcomes } as const;
    expect(textOf([...many(12, overdue), ...many(3, failed)], told)).toContain(
      'Since the last notification: 18 fewer overdue, 2 more failed, 15 completed late, 2 registered again, 3 completed after a redrive, 4 discarded.',
    );
    const nothing = { ...told, outcomes: incident.outcomes, counts: incident.counts };
    expect(textOf(many(31, overdue), nothing).join()).not.toContain('Since the last');
  });

  test('of a reminder says that nothing has changed, and how to stop them', () => {
    const incident = { notified: 1, counts: { overdue: 1, failed: 0 } };
    const text = textOf([overdue()], { event: 'reminder', incident });
    expect(text[0]).toBe('Workflow uploads: still 1 item overdue.');
    expect(text.at(-1)).toBe(
      `Stop reminders: PATCH /v1/incidents/${incidentRecord().id} with {"acknowledged": true}`,
    );
  });

  test('of a warning says that items are late and not overdue, and until when there is time', () => {
    const waiting = many(2, itemRecord, { ...copied, deadline: '2026-03-01T12:14:00.000Z' });
    expect(textOf(waiting)).toEqual([
      'Workflow uploads: 2 items late, not yet overdue.',
      '',
      'Stuck: 2 after `copied`.',
      '',
      expect.stringMatching(/^ {2}scan-00\d {2}due in 9m, after `copied`$/),
      expect.stringMatching(/^ {2}scan-00\d {2}due in 9m, after `copied`$/),
      '',
      'List: GET /v1/workflows/uploads/items?state=waiting',
    ]);
    const incident = {
      incidentKind: 'warning',
      notified: 1,
      counts: { overdue: 0, failed: 0, warned: 40 },
    } as const;
    const update = textOf([], {
      event: 'updated',
      incident,
      counts: { overdue: 0, failed: 0, warned: 42 },
    });
    expect(update.slice(0, 3)).toEqual([
      'Workflow uploads: 2 more items late, not yet overdue.',
      '',
      'Warnings since 2026-03-01 12:00:30 UTC: 42.',
    ]);
  });

  test('of a resolve says how long it took, and what became of the items', () => {
    const resolved = (outcomes: Partial<typeof noOutcomes>) =>
      textOf([], { event: 'resolved', outcomes: { ...noOutcomes, ...outcomes }, summaries: noSummaries });
    expect(resolved({ completedLate: 300, redriven: 12 })).toEqual([
      'Workflow uploads: resolved after 4m 30s.',
      '',
      '312 items: 300 completed late, 12 completed after a redrive.',
      '',
    ]);
    expect(resolved({ restarted: 1 })).toContain('1 item registered again.');
    expect(resolved({})).toContain('Nothing is overdue or failed any more.');
  });

  test('after an outage says from when to when, and tells of it once', () => {
    const outage = { from: '2026-03-01T08:00:00.000Z', to: '2026-03-01T11:59:00.000Z' };
    const away = 'the warden was unavailable from 2026-03-01 08:00:00 UTC to 2026-03-01 11:59:00 UTC';
    const records = many(2, overdue, { deadline: '2026-03-01T08:30:00.000Z' });
    expect(textOf(records, { incident: { outage } }).slice(0, 5)).toEqual([
      `Workflow uploads: ${away}; 2 items unconfirmed.`,
      '',
      'Not completed within 2m of its return.',
      'The oldest has been overdue for 3h 35m, since 2026-03-01 08:30:00 UTC.',
      'Stuck: 2 before any step.',
    ]);
    expect(textOf([overdue()], { incident: { outage } })[0]).toMatch(/; 1 item unconfirmed\.$/);

    // An incident that was open already, told of since or not.
    const update = (told: { outageTold?: string }) =>
      textOf(records, { event: 'updated', incident: { outage, notified: 1, ...told } }).slice(0, 3);
    expect(update({})).toEqual([
      'Workflow uploads: 2 items overdue.',
      '',
      'The warden was unavailable from 2026-03-01 08:00:00 UTC to 2026-03-01 11:59:00 UTC: items due in that time are unconfirmed.',
    ]);
    expect(update({ outageTold: outage.to }).join()).not.toContain('unavailable');
  });

  test('of work that does not start says what was expected and what came', () => {
    const shortfall = {
      atLeast: 5,
      registered: 1,
      from: '2026-03-01T11:00:00.000Z',
      to: '2026-03-01T12:00:00.000Z',
    };
    const incident = { incidentKind: 'not-started', shortfall } as const;
    const counts = { overdue: 0, failed: 0 };
    expect(textOf([], { incident, counts, severity: 'critical' })).toEqual([
      'Workflow uploads (critical): fewer registrations than expected.',
      '',
      '1 item was registered from 2026-03-01 11:00:00 UTC to 2026-03-01 12:00:00 UTC; at least 5 were expected.',
      '',
    ]);
    expect(textOf([], { incident, counts, event: 'reminder' })[0]).toContain('still fewer');
    expect(textOf([], { incident, counts, event: 'resolved' })[2]).toBe(
      'Enough items were registered in the last full window, or the workflow no longer expects any.',
    );
  });

  test('at the end of a silence says so', () => {
    expect(textOf([overdue()], { silenceEnded: true })[0]).toBe(
      'Workflow uploads: 1 item overdue, at the end of a silence.',
    );
  });

  test('says of records that cannot be read that nobody watches them', () => {
    const text = textOf([], { counts: { overdue: 0, failed: 0, unreadable: 2 } });
    expect(text[0]).toBe('Workflow uploads: 2 items unreadable.');
    expect(text.join()).toContain('the warden cannot watch their items');
  });

  test('says of how many items it speaks when that is not all of them, and what it leaves out', () => {
    const steps = Array.from({ length: 12 }, (_, index) => overdue({ item: `${index}`, step: `s${index}` }));
    expect(textOf(steps).join('\n')).toMatch(/^Stuck: 1 after `s0`, .*, 2 after other steps\.$/m);
    const reasons = Array.from({ length: 12 }, (_, index) =>
      failed({ item: `${index}`, failure: { reason: `r${index}`, at: '2026-03-01T12:00:04.000Z' } }),
    );
    expect(textOf(reasons)).toContain('  2 × other reasons');
    const sampled = textOf(many(30, failed, copied), { sampled: 70_000 });
    expect(sampled).toContain('Stuck (of the first 30 items): 30 after `copied`.');
    expect(sampled).toContain('Reasons (of the first 30 items):');
    expect(sampled).toContain('The oldest 20 of 70030:');
  });

  test('says which items the sweep found, as their timers were lost', () => {
    expect(textOf([overdue({ caughtBy: 'sweep' })])[2]).toMatch(/, its timer was lost$/);
  });

  test('ends with the incident, who has acknowledged it, and the id of the notification', () => {
    const tell = (told: Partial<NotificationFacts>) =>
      notificationText(
        notificationOf(
          incidentRecord({
            acknowledged: { at: '2026-03-01T12:02:00.000Z', by: 'sam', overdue: 1, failed: 0 },
          }),
          {
            event: 'opened',
            counts: { overdue: 1, failed: 0 },
            outcomes: noOutcomes,
            summaries: noSummaries,
            ...told,
          },
          now,
        ),
      ).split('\n');
    const { id } = incidentRecord();
    expect(tell({}).slice(-2)).toEqual([`Incident: GET /v1/incidents/${id}`, `Notification ${id}.1`]);
    expect(tell({ event: 'updated', isAcknowledged: true }).slice(-3)).toEqual([
      'Acknowledged by sam at 2026-03-01 12:02:00 UTC',
      `Incident: GET /v1/incidents/${id}, open since 2026-03-01 12:00:30 UTC`,
      `Notification ${id}.1`,
    ]);
  });

  test('says how many failed their last automatic redrive too', () => {
    const records = [
      overdue({ item: 'a', attempt: 3 }),
      overdue({ item: 'b', attempt: 2 }),
      overdue({ item: 'c' }),
    ];
    const told = (mostRedrives?: number) =>
      notificationText(
        notificationOf(
          incidentRecord(),
          {
            event: 'opened',
            counts: { overdue: 3, failed: 0 },
            outcomes: noOutcomes,
            summaries: summarise(records, 3, now, mostRedrives),
          },
          now,
        ),
      ).split('\n');
    expect(told(2)).toContain('1 item failed its last automatic redrive.');
    expect(told(1)).toContain('2 items failed their last automatic redrive.');
    expect(told().join()).not.toContain('automatic');
    expect(told(3).join()).not.toContain('automatic');
  });

  test('keeps a hostile reason in its one line', () => {
    const reason = '\n\nALERT  Workflow fake: 1 item overdue.\r\n\tNotification x\n';
    const text = textOf(many(2, failed, { failure: { reason, at: '2026-03-01T12:00:04.000Z' } }));
    expect(text).toContain('  2 × ALERT Workflow fake: 1 item overdue. Notification x');
    expect(text.filter((line) => /^(ALERT|Notification)/.test(line))).toEqual([]);
  });
});
