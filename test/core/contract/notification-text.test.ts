import { describe, expect, test } from 'vitest';
import { withLinks } from '../../../core/contract/commands.ts';
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

const { id } = incidentRecord();
const silence =
  'Silence for an hour: PUT /v1/workflows/uploads/silence with {"until": "2026-03-01T13:05:00.000Z", "reason": "working on it"}';
const acknowledge = `Acknowledge: PATCH /v1/incidents/${id} with {"acknowledged": true}`;

/** The text of a notification of these items, without its last two lines, which have a test of their own. */
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
  test('of one item says when it was due, where it stopped, and how to resume it', () => {
    expect(textOf([overdue(uploaded)])).toEqual([
      'Workflow uploads: 1 item overdue.',
      '',
      '  scan-1  overdue for 4m 50s, since 2026-03-01 12:00:10 UTC, after `uploaded` at 2026-03-01 12:00:03 UTC',
      '',
      'Item: GET /v1/workflows/uploads/item?id=scan-1',
      acknowledge,
      silence,
      'Resume, first as a dry run: POST /v1/workflows/uploads/redrives with {"ids": ["scan-1"], "dryRun": true}',
    ]);
  });

  test('users 2b: of many items says since when, after which steps and why, and names the 5 oldest', () => {
    const records = [
      ...many(300, overdue, copied),
      ...many(11, failed, uploaded),
      failed({ item: 'late', failure: { reason: 'gone', at: '2026-03-01T12:00:04.000Z' }, attempt: 2 }),
    ];
    const text = textOf(records);
    expect(text.slice(0, 12)).toEqual([
      'Workflow uploads: 300 items overdue, 12 failed.',
      '',
      'The oldest has been overdue for 4m 50s, since 2026-03-01 12:00:10 UTC.',
      'Stopped:',
      '  300 of 312 (96%) after `copied`',
      '  11 of 312 (4%) after `uploaded`',
      '  1 of 312 (under 1%) before any step',
      'Reasons:',
      '  11 of 12 (92%) DiskFull: no space left on /var',
      '  1 of 12 (8%) gone',
      '',
      'The oldest 5 of 312:',
    ]);
    expect(text.slice(12, 17).filter((line) => /^ {2}\S/.test(line))).toHaveLength(5);
    expect(text[12]).toMatch(/^ {2}scan-\d{3} {2}(overdue for 4m 50s|failed), after `(copied|uploaded)`$/);
    expect(text.slice(17)).toEqual([
      '',
      'List: GET /v1/workflows/uploads/items?state=overdue&state=failed',
      acknowledge,
      silence,
      'Resume, first as a dry run: POST /v1/workflows/uploads/redrives with {"states": ["overdue","failed"], "dryRun": true}',
      '  Leave out dryRun to resume them. Add a filter to resume a part of them, such as "step": "copied".',
    ]);
  });

  test('users 2b: says which tags the items have in common, as far as more than half of them have them', () => {
    const eu = many(6, overdue, { ...copied, tags: { region: 'eu', size: 'large' } });
    const others = ['a', 'b', 'c'].map((item) =>
      overdue({ ...copied, item, tags: { region: 'us', size: 'large', customer: item } }),
    );
    const text = textOf([...eu, ...others]);
    const from = text.indexOf('Common tags:');
    expect(text.slice(from, from + 4)).toEqual([
      'Common tags:',
      '  9 of 9 size:large',
      '  6 of 9 (67%) region:eu',
      '',
    ]);
    expect(textOf(eu).join('\n')).not.toContain('customer');
    expect(textOf([overdue({ tags: { region: 'eu' } })]).join('\n')).not.toContain('Common');
  });

  test('users 2c: says what the workflow is, whom to ask, and where it says what to do', () => {
    const about = {
      description: 'Card payments.\nOf the shop',
      owner: 'payments@example.com',
      runbook: 'https://wiki.example.com/pay',
    };
    expect(textOf([overdue()], about)[1]).toBe(
      'Card payments. Of the shop. Owner: payments@example.com. Runbook: https://wiki.example.com/pay',
    );
    expect(textOf([overdue()], { owner: 'ops' })[1]).toBe('Owner: ops.');
  });

  test('users 2c: has links and commands to copy where it is known where the service is reached', () => {
    const notification = notificationOf(
      incidentRecord({ workflow: 'uploads' }),
      {
        event: 'opened',
        counts: { overdue: 1, failed: 0 },
        outcomes: noOutcomes,
        summaries: summarise([overdue({ item: "it's/1" })], 1, now),
      },
      now,
    );
    const base = 'http://127.0.0.1:8080/v1';
    const open = notificationText(notification, { url: 'http://127.0.0.1:8080', isTokenNeeded: false });
    expect(open.split('\n').slice(4)).toEqual([
      `Item: curl '${base}/workflows/uploads/item?id=it'\\''s%2F1'`,
      `Acknowledge: curl -X PATCH '${base}/incidents/${id}' -d '{"acknowledged": true}'`,
      `Silence for an hour: curl -X PUT '${base}/workflows/uploads/silence' -d '{"until": "2026-03-01T13:05:00.000Z", "reason": "working on it"}'`,
      `Resume, first as a dry run: curl -X POST '${base}/workflows/uploads/redrives' -d '{"ids": ["it'\\''s/1"], "dryRun": true}'`,
      'Items: http://127.0.0.1:8080/console#/workflows/uploads/items?state=overdue',
      `Incident: http://127.0.0.1:8080/console#/incidents/${id}`,
      `Notification ${id}.1`,
    ]);
    const guarded = notificationText(notification, {
      url: 'https://warden.example.com',
      isTokenNeeded: true,
    });
    expect(guarded).toContain(
      `curl -X PATCH -H "authorization: Bearer $WARDEN_TOKEN" 'https://warden.example.com/v1/incidents/${id}'`,
    );
  });

  test.each([
    ['overdue', { overdue: 3, failed: 0 }, 'state=overdue'],
    ['overdue', { overdue: 0, failed: 3 }, 'state=failed'],
    ['overdue', { overdue: 2, failed: 1 }, 'state=overdue&state=failed'],
    ['overdue', { overdue: 0, failed: 0 }, 'state=overdue&state=failed'],
    ['not-started', { overdue: 0, failed: 0, notStarted: 3 }, 'state=overdue&started=false'],
    ['warning', { overdue: 0, failed: 0, warned: 3 }, 'state=waiting&sort=deadline'],
    ['stuck', { overdue: 0, failed: 0, stuck: 3 }, 'state=waiting&stuck=true'],
    ['shortfall', { overdue: 0, failed: 0 }, undefined],
  ] as const)(
    'of %s items (%j) links to exactly their list, which the API has too',
    (kind, counts, query) => {
      const tell = (event: 'opened' | 'resolved') =>
        notificationOf(
          incidentRecord({ workflow: 'scans.eu', incidentKind: kind }),
          { event, counts, outcomes: noOutcomes, summaries: summarise(many(3, overdue), 3, now) },
          now,
        );
      const address = { url: 'https://warden.example.com', isTokenNeeded: true };
      const link = query && `https://warden.example.com/console#/workflows/scans.eu/items?${query}`;
      const { itemsUrl } = withLinks(tell('opened'), address);
      expect(itemsUrl).toBe(link);
      const text = notificationText(tell('opened'), address);
      expect(/^Items: (.*)$/m.exec(text)?.[1]).toBe(link);
      if (query) expect(text).toContain(`https://warden.example.com/v1/workflows/scans.eu/items?${query}'`);
      // Once the incident is over, nothing is left to list.
      expect(withLinks(tell('resolved'), address).itemsUrl).toBeUndefined();
      expect(notificationText(tell('resolved'), address)).not.toContain('Items:');
      // Without an address there are no links.
      expect(notificationText(tell('opened'))).not.toContain('Items:');
    },
  );

  test('of failures alone does not mention overdue items', () => {
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

  test('users 2: says of items not started to look at the queue first, never that they are safe to send again', () => {
    const never = { neverStarted: true, deadline: '2026-03-01T13:00:00.000Z' } as const;
    const incident = { incidentKind: 'not-started' } as const;
    const counts = { overdue: 0, failed: 0, notStarted: 3 };
    const text = textOf(many(3, overdue, never), { incident, counts });
    expect(text.slice(0, 3)).toEqual([
      'Workflow uploads: 3 items not started in time.',
      '',
      'No step was reported by startBy. Look at the queue first: resume only items that are not in it.',
    ]);
    expect(text).toContain('  scan-002  due in 55m, not started');
    expect(text.join('\n')).not.toMatch(/safe|verdue for|with \{\}/);
  });

  test('of an update says what has changed since the last notification', () => {
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

  test('of a reminder says that nothing has changed, and how to stop reminders', () => {
    const incident = { notified: 1, counts: { overdue: 1, failed: 0 } };
    const text = textOf([overdue()], { event: 'reminder', incident });
    expect(text[0]).toBe('Workflow uploads: still 1 item overdue.');
    expect(text).toContain(acknowledge);
    const acknowledged = { at: '2026-03-01T12:02:00.000Z', by: 'sam', overdue: 1, failed: 0 };
    const known = textOf([overdue()], { event: 'updated', incident: { acknowledged }, isAcknowledged: true });
    expect(known).not.toContain(acknowledge);
  });

  test('of a warning says that items are late and not yet overdue, and how much time is left', () => {
    const waiting = many(2, itemRecord, { ...copied, deadline: '2026-03-01T12:14:00.000Z' });
    expect(textOf(waiting)).toEqual([
      'Workflow uploads: 2 items late, not yet overdue.',
      '',
      'Stopped: 2 of 2 after `copied`',
      '',
      expect.stringMatching(/^ {2}scan-00\d {2}due in 9m, after `copied`$/),
      expect.stringMatching(/^ {2}scan-00\d {2}due in 9m, after `copied`$/),
      '',
      'List: GET /v1/workflows/uploads/items?state=waiting&sort=deadline',
      silence,
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

  test('of a resolve says how long the incident took, and the outcomes of the items', () => {
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

  test('after an outage says when it was, once', () => {
    const outage = { from: '2026-03-01T08:00:00.000Z', to: '2026-03-01T11:59:00.000Z' };
    const away = 'the warden was unavailable from 2026-03-01 08:00:00 UTC to 2026-03-01 11:59:00 UTC';
    const records = many(2, overdue, { deadline: '2026-03-01T08:30:00.000Z' });
    expect(textOf(records, { incident: { outage } }).slice(0, 5)).toEqual([
      `Workflow uploads: ${away}; 2 items unconfirmed.`,
      '',
      'The items were not completed within 2m after the outage.',
      'The oldest has been overdue for 3h 35m, since 2026-03-01 08:30:00 UTC.',
      'Stopped: 2 of 2 before any step',
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

  test('of missing registrations says how many were expected and how many came', () => {
    const shortfall = {
      atLeast: 5,
      registered: 1,
      from: '2026-03-01T11:00:00.000Z',
      to: '2026-03-01T12:00:00.000Z',
    };
    const incident = { incidentKind: 'shortfall', shortfall } as const;
    const counts = { overdue: 0, failed: 0 };
    expect(textOf([], { incident, counts, severity: 'critical' })).toEqual([
      'Workflow uploads (critical): fewer registrations than expected.',
      '',
      '1 item was registered from 2026-03-01 11:00:00 UTC to 2026-03-01 12:00:00 UTC; at least 5 were expected.',
      '',
      'The incident is resolved when 4 more items are registered, or when `expect` is no longer in the settings: GET /v1/workflows/uploads',
      acknowledge,
      silence,
    ]);
    expect(textOf([], { incident, counts, event: 'reminder' })[0]).toContain('still fewer');
    expect(textOf([], { incident, counts, event: 'resolved' })[2]).toBe(
      'Enough items have been registered, or the workflow no longer expects any.',
    );
  });

  test('at the end of a silence says that the silence has ended', () => {
    expect(textOf([overdue()], { silenceEnded: true })[0]).toBe(
      'Workflow uploads: 1 item overdue, at the end of a silence.',
    );
  });

  test('of unreadable records says that nobody watches them', () => {
    const text = textOf([], { counts: { overdue: 0, failed: 0, unreadable: 2 } });
    expect(text[0]).toBe('Workflow uploads: 2 items unreadable.');
    expect(text.join()).toContain('the warden cannot watch their items');
  });

  test('says how many items it describes if that is not all of them, and what it leaves out', () => {
    const steps = Array.from({ length: 12 }, (_, index) => overdue({ item: `${index}`, step: `s${index}` }));
    expect(textOf(steps).join('\n')).toMatch(/^ {2}1 of 12 \(8%\) after `s0`$/m);
    expect(textOf(steps)).toContain('  2 of 12 (17%) after other steps');
    const reasons = Array.from({ length: 12 }, (_, index) =>
      failed({ item: `${index}`, failure: { reason: `r${index}`, at: '2026-03-01T12:00:04.000Z' } }),
    );
    expect(textOf(reasons)).toContain('  2 of 12 (17%) for other reasons');
    const sampled = textOf(many(30, failed, copied), { sampled: 70_000 });
    expect(sampled).toContain('Stopped (of the first 30 items): 30 of 30 after `copied`');
    expect(sampled).toContain('Reasons (of the first 30 items): 30 of 30 DiskFull: no space left on /var');
    expect(sampled).toContain('The oldest 5 of 70,030:');
  });

  test('says which items the sweep found because their timers were lost', () => {
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
    expect(tell({}).slice(-2)).toEqual([`Incident: GET /v1/incidents/${id}`, `Notification ${id}.1`]);
    expect(tell({ event: 'updated', isAcknowledged: true }).slice(-3)).toEqual([
      'Acknowledged by sam at 2026-03-01 12:02:00 UTC',
      `Incident: GET /v1/incidents/${id}, open since 2026-03-01 12:00:30 UTC`,
      `Notification ${id}.1`,
    ]);
  });

  test('says that an acknowledgement has ended, whose it was, and why', () => {
    const told = (sinceAcknowledged: number) =>
      notificationText(
        notificationOf(
          incidentRecord({
            lapsed: {
              at: '2026-03-01T12:02:00.000Z',
              by: 'sam',
              endedAt: '2026-03-01T12:04:00.000Z',
            },
          }),
          {
            event: 'updated',
            counts: { overdue: 3, failed: 0 },
            outcomes: noOutcomes,
            summaries: noSummaries,
            sinceAcknowledged,
          },
          now,
        ),
      ).split('\n');
    const ended = 'The acknowledgement by sam at 2026-03-01 12:02:00 UTC has ended';
    expect(told(1)).toContain(`${ended}: 1 more item overdue or failed since then`);
    expect(told(2)).toContain(`${ended}: 2 more items overdue or failed since then`);
  });

  test('says how many items also failed their last automatic redrive', () => {
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
    expect(text).toContain('Reasons: 2 of 2 ALERT Workflow fake: 1 item overdue. Notification x');
    expect(text.filter((line) => /^(ALERT|Notification)/.test(line))).toEqual([]);
  });
});
