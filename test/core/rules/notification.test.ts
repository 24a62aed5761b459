import { describe, expect, test } from 'vitest';
import { Notification } from '../../../core/contract/notification.ts';
import { notificationsOf, notificationText } from '../../../core/rules/notification.ts';
import { itemRecord } from '../../support/item-record.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');
const overdue = (change: Parameters<typeof itemRecord>[0] = {}) =>
  itemRecord({ state: 'overdue', ...change });

function only(records: Parameters<typeof notificationsOf>[2], event: 'overdue' | 'failed' = 'overdue') {
  const parts = notificationsOf('uploads', event, records, now);
  expect(parts).toHaveLength(1);
  return Notification.parse(parts[0]?.notification);
}

describe('a notification', () => {
  test('tells item, deadline, lateness and last step', () => {
    const steps = [{ step: 'copied', at: '2026-03-01T12:00:03.000Z' }];
    const notification = only([overdue({ step: 'copied', steps, caughtBy: 'timer' })]);
    expect(notification).toMatchObject({
      event: 'overdue',
      workflow: 'uploads',
      count: 1,
      subject: '[uploads] 1 item overdue',
    });
    expect(notification.items).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{22}$/),
        item: 'scan-1',
        attempt: 1,
        deadline: '2026-03-01T12:00:10.000Z',
        startedAt: '2026-03-01T12:00:00.000Z',
        overdueByMs: 290_000,
        step: 'copied',
        stepAt: '2026-03-01T12:00:03.000Z',
        caughtBy: 'timer',
      },
    ]);
  });

  test('never carries data (P9)', () => {
    const notification = only([overdue({ data: '{"secret":1}' })]);
    expect(JSON.stringify(notification) + notificationText(notification)).not.toContain('secret');
  });

  test('of the same attempts has the same id, later and in another order (P3)', () => {
    const [a, b] = [overdue({ item: 'a' }), overdue({ item: 'b' })];
    const [first] = notificationsOf('uploads', 'overdue', [a, b], now);
    const [later] = notificationsOf('uploads', 'overdue', [b, a], now + 60_000);
    expect(later?.notification.id).toBe(first?.notification.id);
    expect(only([a]).id).not.toBe(first?.notification.id);
    expect(only([a]).id).not.toBe(only([{ ...a, attempt: 2 }]).id);
    expect(only([a], 'failed').id).not.toBe(only([a]).id);
  });

  test('has a subject that SNS takes: at most 100 ASCII characters', () => {
    const workflow = 'w'.repeat(64);
    const [part] = notificationsOf(
      workflow,
      'overdue',
      Array.from({ length: 400 }, (_, index) => overdue({ item: `${index}` })),
      now,
    );
    expect(part?.notification.subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });

  test.each([
    ['emoji', '😀'.repeat(250), '😀'.repeat(1024)],
    ['backslashes', '\\'.repeat(250), '\\'.repeat(1024)],
    ['line ends', 'a'.repeat(250), '\n'.repeat(1024)],
  ])(
    'that would not fit one SNS message becomes several, with every item in one of them: %s (P1)',
    (_, id, reason) => {
      const failure = { reason, type: reason.slice(0, 128), at: '2026-03-01T12:00:04.000Z' };
      const many = Array.from({ length: 300 }, (_item, index) =>
        itemRecord({ state: 'failed', failure, item: `${id}${index}` }),
      );
      const parts = notificationsOf('uploads', 'failed', many, now);
      expect(parts.length).toBeGreaterThan(1);
      const told = parts.flatMap(({ notification }) => notification.items.map(({ item }) => item));
      expect(told.toSorted()).toEqual(many.map(({ item }) => item).toSorted());
      for (const { notification } of parts) {
        const { subject } = notification;
        const message = {
          default: JSON.stringify(notification),
          email: notificationText(notification),
          sms: subject,
        };
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(255 * 1024);
      }
    },
  );

  test('keeps the id of an item from one notification to the next (P3)', () => {
    const [a, b] = [overdue({ item: 'a' }), overdue({ item: 'b' })];
    const ids = (records: (typeof a)[]) => only(records).items.map(({ id }) => id);
    expect(ids([a, b])).toContain(ids([a])[0]);
  });

  test('reads well', () => {
    const steps = [{ step: 'copied', at: '2026-03-01T12:00:03.000Z' }];
    const failure = { type: 'DiskFull', reason: 'no space left\non /var', at: '2026-03-01T12:00:04.000Z' };
    const text = notificationText(
      only([itemRecord({ state: 'failed', step: 'copied', steps, failure, attempt: 2 })], 'failed'),
    );
    expect(text.split('\n')).toEqual([
      'Workflow uploads: 1 item failed.',
      '',
      '  scan-1 (attempt 2)',
      '    deadline   2026-03-01T12:00:10.000Z, 4m 50s ago',
      '    last step  copied, at 2026-03-01T12:00:03.000Z',
      '    failure    DiskFull: no space left on /var',
      '',
      'List them: GET /v1/workflows/uploads/items?state=failed',
      expect.stringMatching(/^Notification [\w-]{22}$/),
    ]);
  });

  test('names 20 items and counts the rest', () => {
    const text = notificationText(
      only(Array.from({ length: 23 }, (_, index) => overdue({ item: `item-${index}` }))),
    );
    expect(text.match(/^ {2}item-/gm)).toHaveLength(20);
    expect(text).toContain('… and 3 more');
  });
});
