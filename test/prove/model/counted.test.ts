import { beforeEach, expect, test } from 'vitest';
import {
  asked,
  beginLedger,
  begun,
  found,
  isNoticed,
  ledger,
  minute,
  notifies,
  registers,
  where,
} from './support/planted-ledger.ts';

const workflow = 0;
/** An item that was registered, went overdue, and was completed late after 70 s. */
const tookMs = 70_000;
const total = {
  started: 1,
  onTime: 0,
  late: 1,
  recovered: 0,
  overdue: 1,
  failed: 0,
  shadowLate: 0,
  resumed: 0,
};
const bucket = { aboveMs: 64_925, upToMs: 97_387, count: 1 };
const [p50Ms, p90Ms, p99Ms, p999Ms] = [bucket.upToMs, bucket.upToMs, bucket.upToMs, bucket.upToMs];
const durations = { count: 1, p50Ms, p90Ms, p99Ms, p999Ms };

beforeEach(() => {
  beginLedger();
  registers();
  isNoticed();
  asked(minute + 10_000, { ask: 'complete', ...where }, { outcome: 'late', attempt: 1, tookMs });
  notifies(4 * minute, { id: 'incident-1.resolved', sequence: 2, event: 'resolved' });
  ledger.countedAt = begun + 10 * minute;
});

const reads = (at: number, change: object = {}, histogram: object[] = [bucket]) =>
  asked(
    at,
    { ask: 'read statistics', workflow, by: 'day' },
    { total: { ...total, durations, ...change }, histogram },
  );

test('statistics that count what happened break nothing, nor do those that are not written yet', () => {
  reads(11 * minute);
  reads(9 * minute, { overdue: 0 });
  expect(found()).toEqual([]);
});

test.each(Object.keys(total))('statistics that count one %s too many are wrong (P7)', (count) => {
  reads(9 * minute, { [count]: total[count as keyof typeof total] + 1 });
  expect(found()).toContain('P7 wrong');
});

test.each(['started', 'overdue'])('statistics that have lost one %s are wrong (P7)', (count) => {
  reads(11 * minute, { [count]: 0 });
  expect(found()).toEqual(['P7 wrong']);
});

test('a process that was killed may have lost counts, and a write without a reply may have counted twice', () => {
  ledger.killed = 1;
  reads(11 * minute, { started: 0 });
  expect(found()).toEqual([]);
  ledger.countedTwice.add('workflow-0');
  reads(11 * minute, { started: 2 });
  expect(found()).toEqual([]);
});

test('durations that disagree with the counts, their buckets or the replies are wrong (P7)', () => {
  const other = { aboveMs: 97_387, upToMs: 146_081, count: 1 };
  const wrong: [object, object[]][] = [
    [{ durations: { ...durations, count: 2 } }, [bucket]],
    [{ durations: { ...durations, p90Ms: other.upToMs } }, [bucket]],
    [{ durations: { count: 1, p50Ms: 146_081, p90Ms: 146_081, p99Ms: 146_081, p999Ms: 146_081 } }, [other]],
  ];
  for (const [change, histogram] of wrong) {
    reads(11 * minute, change, histogram);
    expect(new Set(found())).toEqual(new Set(['P7 wrong']));
    ledger.asked.pop();
  }
});

test('metrics are held against the same counts (P7)', () => {
  const line = (event: string, value: number) =>
    `process_warden_attempts_total{workflow="workflow-0",event="${event}"} ${value}\n`;
  const metrics = (overdue: number) =>
    asked(
      11 * minute,
      { ask: 'read metrics', workflow },
      (line('started', 1) + line('late', 1) + line('overdue', overdue)) as never,
    );
  metrics(1);
  expect(found()).toEqual([]);
  metrics(2);
  metrics(0);
  expect(found()).toEqual(['P7 wrong', 'P7 wrong']);
});

test('metrics without a workflow that was registered are wrong, unless somebody has removed it (P7)', () => {
  asked(11 * minute, { ask: 'read metrics', workflow }, '' as never);
  expect(found()).toContain('P7 wrong');
  asked(6 * minute, { ask: 'remove workflow', workflow }, {}, 204);
  expect(found()).toEqual([]);
});

test('a timeout that is suggested after fewer than a hundred attempts is wrong (P7)', () => {
  const suggestedTimeout = { timeout: 'PT2M', completed: 1 };
  asked(11 * minute, { ask: 'read workflow', workflow }, { workflow: 'workflow-0', suggestedTimeout });
  expect(found()).toEqual(['P7 wrong']);
});

test('a message that is delivered twice may have completed two attempts', () => {
  const complete = { ask: 'complete' as const, ...where };
  const sent = asked(2 * minute, { ask: 'ingest', workflow, operations: [complete] }, {});
  Object.assign(sent, { reply: undefined });
  const more = { onTime: 2, durations: { ...durations, count: 3 } };
  reads(9 * minute, more, [{ ...bucket, count: 3 }]);
  expect(found()).toEqual([]);
});
