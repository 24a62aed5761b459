import { beforeEach, expect, test } from 'vitest';
import {
  asked,
  beginLedger,
  begun,
  found,
  hears,
  isNoticed,
  ledger,
  minute,
  notifies,
  registers,
  where,
} from './support/planted-ledger.ts';

const workflow = 0;

beforeEach(() => {
  beginLedger();
  const saved = asked(
    -10 * minute,
    { ask: 'settings', workflow, settings: { reminder: 120 } },
    { notifications: { reminder: 120 } },
  );
  expect(saved.end).toBeLessThan(begun);
  registers();
  isNoticed();
});

function reminds(from: number): void {
  for (let number = 2, at = from; at < 20 * minute; number++, at += 3 * minute)
    notifies(at, { id: `incident-1.${number}`, sequence: number, event: 'reminder' });
}

test('people who are reminded of what stays breached are told enough', () => {
  reminds(4 * minute);
  expect(found()).toEqual([]);
});

test('a reminder that does not come is missed (P6)', () => {
  notifies(4 * minute, { id: 'incident-1.2', sequence: 2, event: 'reminder' });
  expect(found()).toEqual(['P6 missed']);
});

test('nobody is reminded of what changes, what is over, or what somebody works on', () => {
  asked(10 * minute, { ask: 'complete', ...where }, { outcome: 'late', attempt: 1, tookMs: 540_000 });
  notifies(4 * minute, { id: 'incident-1.2', sequence: 2, event: 'reminder' });
  notifies(7 * minute, { id: 'incident-1.3', sequence: 3, event: 'reminder' });
  notifies(12 * minute, { id: 'incident-1.resolved', sequence: 4, event: 'resolved' });
  expect(found()).toEqual([]);
});

test('a reminder in spite of an acknowledgement is wrong (P6)', () => {
  const acknowledged = asked(5 * minute, { ask: 'acknowledge', workflow }, { id: 'incident-1' });
  notifies(4 * minute, { id: 'incident-1.2', sequence: 2, event: 'reminder' });
  expect(found()).toEqual([]);
  reminds(7 * minute);
  expect(new Set(found())).toEqual(new Set(['P6 wrong']));
  Object.assign(acknowledged, { reply: { status: 409, json: {} } });
  expect(ledger.published.length).toBeGreaterThan(2);
});

test('people are reminded again once a further item is breached, also if its record cannot be read later on', () => {
  asked(5 * minute, { ask: 'acknowledge', workflow }, { id: 'incident-1' });
  hears(6 * minute, { id: 'event-2', item: 'item-1', attempt: 1 });
  notifies(6 * minute + 200, { id: 'incident-1.2', sequence: 2, event: 'updated' });
  ledger.damaged.push({ workflow: 'workflow-0', item: 'item-1', at: begun + 7 * minute });
  notifies(9 * minute, { id: 'incident-1.3', sequence: 3, event: 'reminder' });
  expect(found()).not.toContain('P6 wrong');
});
