import { describe, expect, test } from 'vitest';
import type { ItemRecord } from '../../../core/records/item-record.ts';
import { decideExpiry } from '../../../core/rules/expiry.ts';
import { itemRecord } from '../../support/item-record.ts';

const deadline = '2026-03-01T12:00:10.000Z';
const before = Date.parse(deadline) - 1;
const at = Date.parse(deadline);
const none = new Set<string>();
const own = new Set(['own']);

function waiting(change: Partial<ItemRecord> = {}): ItemRecord {
  return itemRecord({ deadline, timer: 'own', timerAt: deadline, ...change });
}

describe('a fired timer', () => {
  test('of an item that is gone asks for nothing', () => {
    expect(decideExpiry(undefined, own, at)).toBe('nothing');
  });

  test('expires an item from its deadline on, whichever timer it is (P1)', () => {
    expect(decideExpiry(waiting(), own, at)).toBe('expire');
    expect(decideExpiry(waiting(), new Set(['another']), at)).toBe('expire');
  });

  test('never expires an item before its deadline, and is armed again as it is used up (P1, P2)', () => {
    expect(decideExpiry(waiting(), own, before)).toBe('arm');
  });

  test('of an older deadline asks for nothing while the own one is still to come', () => {
    expect(decideExpiry(waiting(), new Set(['older']), before)).toBe('nothing');
  });

  test('arms again when the own one is past: it may be the one that was lost (P1)', () => {
    const extended = waiting({ timerAt: '2026-03-01T12:00:05.000Z' });
    expect(decideExpiry(extended, new Set(['older']), Date.parse('2026-03-01T12:00:05.000Z'))).toBe('arm');
    expect(decideExpiry(extended, none, Date.parse('2026-03-01T12:00:04.999Z'))).toBe('nothing');
  });

  test.each(['overdue', 'failed'] as const)(
    'of an item that is %s reports it until that was done (P3)',
    (state) => {
      expect(decideExpiry(waiting({ state }), own, at)).toBe('report');
      expect(decideExpiry(waiting({ state, reportedAt: deadline }), own, at)).toBe('nothing');
    },
  );
});
