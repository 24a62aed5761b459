import { describe, expect, test } from 'vitest';
import { limits } from '../../../../core/contract/limits.ts';
import { Notification } from '../../../../core/contract/notification.ts';
import { notificationText } from '../../../../core/contract/notification-text.ts';
import type { IncidentRecord } from '../../../../core/model/incident/incident-record.ts';
import { summarise } from '../../../../core/model/incident/item-summary.ts';
import {
  type NotificationFacts,
  noOutcomes,
  noSummaries,
  notificationOf,
} from '../../../../core/model/incident/notification.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import { incidentRecord } from '../../../support/incident-record.ts';
import { itemRecord } from '../../../support/item-record.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');
const outage = { from: '2026-03-01T08:00:00.000Z', to: '2026-03-01T11:59:00.000Z' };

/** The notification as a subscriber parses it. */
function notification(
  told: Partial<NotificationFacts> = {},
  incident: Partial<IncidentRecord> = {},
): Notification {
  const built = notificationOf(
    incidentRecord(incident),
    {
      event: 'opened',
      counts: { overdue: 1, failed: 0 },
      outcomes: noOutcomes,
      summaries: noSummaries,
      ...told,
    },
    now,
  );
  return Notification.parse(JSON.parse(JSON.stringify(built)));
}

describe('a notification', () => {
  test('says which incident it is about, when, how many items, and what has changed', () => {
    const outcomes = { completedLate: 5, restarted: 4, redriven: 3, discarded: 2 };
    const incident = {
      notified: 2,
      counts: { overdue: 10, failed: 2 },
      outcomes: { completedLate: 4, restarted: 2, redriven: 0, discarded: 2 },
    };
    const { id } = incidentRecord();
    expect(
      notification(
        { event: 'updated', counts: { overdue: 4, failed: 3 }, outcomes, severity: 'critical' },
        incident,
      ),
    ).toEqual({
      id: `${id}.3`,
      sequence: 3,
      event: 'updated',
      level: 'alert',
      kind: 'overdue',
      incident: id,
      workflow: 'uploads',
      severity: 'critical',
      subject: '[uploads] 4 items overdue, 3 failed',
      at: '2026-03-01T12:05:00.000Z',
      openedAt: '2026-03-01T12:00:30.000Z',
      counts: { overdue: 4, failed: 3 },
      changes: { overdue: -6, failed: 1, completedLate: 1, restarted: 2, redriven: 3, discarded: 0 },
      outcomes,
      steps: [],
      reasons: [],
      commonTags: [],
      items: [],
    });
  });

  test('counts all as new if people were not notified before', () => {
    expect(notification({ counts: { overdue: 3, failed: 2, warned: 1 } }).changes).toMatchObject({
      overdue: 3,
      failed: 2,
      warned: 1,
    });
  });

  test('has the same id until SNS has accepted it, whatever it says by then (P3)', () => {
    expect(notification({ counts: { overdue: 9, failed: 0 } }).id).toBe(notification().id);
    expect(notification({}, { notified: 1 }).id).not.toBe(notification().id);
  });

  test.each([
    ['opened', 'overdue', 'alert'],
    ['updated', 'overdue', 'alert'],
    ['reminder', 'overdue', 'alert'],
    ['opened', 'shortfall', 'alert'],
    ['opened', 'warning', 'warning'],
    ['updated', 'warning', 'warning'],
    ['resolved', 'overdue', 'info'],
  ] as const)('that is %s of an incident of kind %s is of level %s', (event, incidentKind, level) => {
    expect(notification({ event }, { incidentKind }).level).toBe(level);
  });

  test('storms 2: tells of an outage once, also if it was attached after a notification since the return', () => {
    expect(notification({}, { outage }).outage).toEqual(outage);
    const notified = { outage, notified: 1, notifiedAt: '2026-03-01T12:01:00.000Z' };
    expect(notification({}, notified).outage).toEqual(outage);
    expect(notification({}, { ...notified, outageTold: outage.to })).not.toHaveProperty('outage');
    const last = '2026-02-28T12:00:00.000Z';
    expect(notification({}, { ...notified, outageTold: last }).outage).toEqual(outage);
  });

  test('public report C: has a number that grows, over one that nobody could record too', () => {
    expect(notification({ event: 'updated' }, { notified: 4 }).sequence).toBe(5);
    expect(notification({ event: 'resolved' }, { notified: 4 }).sequence).toBe(6);
  });

  test('public report M1: is no alert when nothing is wrong any more', () => {
    const none = { overdue: 0, failed: 0 };
    expect(notification({ event: 'updated', counts: none }).level).toBe('info');
    expect(notification({ event: 'opened', counts: none }, { incidentKind: 'shortfall' }).level).toBe(
      'alert',
    );
    const resumed = { count: 2, until: '2026-03-01T13:00:00.000Z' };
    const told = notification({ event: 'updated', counts: none, resumed });
    expect(told).toMatchObject({ level: 'info', recovering: { items: 2, until: resumed.until } });
    expect(notification({ resumed: { count: 0 } })).not.toHaveProperty('recovering');
  });

  test('public report G: says which acknowledgement has ended, once, and what came since', () => {
    const lapsed = {
      at: '2026-03-01T12:01:00.000Z',
      by: 'N1NS',
      byName: 'Ada',
      endedAt: '2026-03-01T12:03:00.000Z',
    };
    const told = notification({ event: 'updated', sinceAcknowledged: 12 }, { lapsed, notified: 1 });
    expect(told.acknowledgementEnded).toEqual({ at: lapsed.at, by: 'N1NS', byName: 'Ada', since: 12 });
    const known = { lapsed, notified: 2, notifiedAt: lapsed.endedAt };
    expect(notification({ event: 'updated' }, known)).not.toHaveProperty('acknowledgementEnded');
  });

  test('says who has acknowledged the incident only while the acknowledgement holds', () => {
    const acknowledged = { at: '2026-03-01T12:02:00.000Z', by: 'sam', note: 'mine', overdue: 1, failed: 0 };
    expect(notification({ isAcknowledged: true }, { acknowledged }).acknowledged).toEqual({
      at: acknowledged.at,
      by: 'sam',
    });
    expect(notification({}, { acknowledged })).not.toHaveProperty('acknowledged');
  });

  test('never contains data, in any form (P9)', () => {
    const secret = itemRecord({
      state: 'overdue',
      data: '{"secret":1}',
      run: 'secret',
    });
    const told = notification({ summaries: summarise([secret, { ...secret, item: 'b' }], 2, now) });
    expect(JSON.stringify(told) + notificationText(told)).not.toContain('secret');
  });
});

describe('the subject', () => {
  test.each<[string, Partial<NotificationFacts>, Partial<IncidentRecord>]>([
    ['1 item overdue', {}, {}],
    ['30 items overdue, 1 failed', { counts: { overdue: 30, failed: 1 } }, {}],
    ['1 item failed', { counts: { overdue: 0, failed: 1 } }, {}],
    ['2 items overdue, 1 unreadable', { counts: { overdue: 2, failed: 0, unreadable: 1 } }, {}],
    ['still 2 items overdue', { event: 'reminder', counts: { overdue: 2, failed: 0 } }, {}],
    ['resolved', { event: 'resolved' }, {}],
    [
      '3 items late, not yet overdue',
      { counts: { overdue: 0, failed: 0, warned: 3 } },
      { incidentKind: 'warning' },
    ],
    [
      '1 more item late, not yet overdue',
      { event: 'updated', counts: { overdue: 0, failed: 0, warned: 3 } },
      { incidentKind: 'warning', counts: { overdue: 0, failed: 0, warned: 2 } },
    ],
    ['1 item unconfirmed after an outage', {}, { outage }],
    ['1 item overdue', { event: 'updated' }, { outage }],
    ['fewer registrations than expected', {}, { incidentKind: 'shortfall' }],
    ['still fewer registrations than expected', { event: 'reminder' }, { incidentKind: 'shortfall' }],
  ])('%s', (subject, told, incident) => {
    expect(notification(told, incident).subject).toBe(`[uploads] ${subject}`);
  });

  test('has less than 100 characters, as AWS documents it (contract): a long name is cut, not the trouble', () => {
    const workflow = `${'w'.repeat(63)}z`;
    expect(notification({}, { workflow }).subject).toBe(`[${workflow}] 1 item overdue`);
    const counts = { overdue: 1_000_000, failed: 1_000_000, unreadable: 1_000_000 };
    const { subject } = notification({ event: 'reminder', counts }, { workflow });
    expect(subject).toHaveLength(99);
    expect(subject).toMatch(
      /^\[w+\.\.\.\] still 1,000,000 items overdue, 1,000,000 failed, 1,000,000 unreadable$/,
    );
    expect(notification({ event: 'reminder' }, { workflow, incidentKind: 'shortfall' }).subject).toMatch(
      /^\[w+\.\.\.\] still fewer registrations than expected$/,
    );
  });
});

describe('the largest notification', () => {
  const at = '2026-03-01T12:00:04.000Z';
  const largest = (character: string, count: number): ItemRecord[] => {
    const long = (characters: number, index: number) =>
      String(index).padStart(3, '0') + character.repeat(characters - 3);
    return Array.from({ length: count }, (_, index) =>
      itemRecord({
        state: index % 2 === 0 ? 'overdue' : 'failed',
        item: long(limits.itemCharacters, index),
        step: long(limits.stepCharacters, index),
        steps: [{ step: long(limits.stepCharacters, index), at }],
        attempt: Number.MAX_SAFE_INTEGER,
        tags: Object.fromEntries(
          Array.from({ length: limits.tags }, (_, tag) => [
            `${'k'.repeat(63)}${tag}`,
            character.repeat(limits.tagValueCharacters),
          ]),
        ),
        caughtBy: 'sweep',
        ...(index % 2 === 1 && {
          failure: {
            reason: long(limits.reasonCharacters, index),
            type: long(limits.failureTypeCharacters, index),
            at,
          },
        }),
      }),
    );
  };

  test.each([
    ['emoji', '😀'],
    ['backslashes', '\\'],
    ['quotes', '"'],
  ])('fits one SNS message, of %s: it is less than 256 KiB', (_, character) => {
    const records = largest(character, 500);
    const told = notification(
      {
        event: 'reminder',
        counts: { overdue: 250, failed: 250, unreadable: 10_000 },
        summaries: summarise(records, 1_000_000, now),
        severity: character.repeat(limits.severityCharacters),
        description: character.repeat(limits.descriptionCharacters),
        owner: character.repeat(limits.ownerCharacters),
        runbook: 'x'.repeat(limits.runbookCharacters),
        isAcknowledged: true,
      },
      {
        workflow: 'w'.repeat(64),
        acknowledged: { at, by: character.repeat(200), overdue: 1, failed: 0 },
        outage,
      },
    );
    expect(told.items).toHaveLength(20);
    expect(told.steps).toHaveLength(10);
    expect(told.reasons).toHaveLength(10);
    const message = { default: JSON.stringify(told), email: notificationText(told), sms: told.subject };
    const bytes = Buffer.byteLength(JSON.stringify(message));
    expect(bytes).toBeGreaterThan(40 * 1024);
    expect(bytes).toBeLessThan(200 * 1024);
  });
});
