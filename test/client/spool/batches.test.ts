import { expect, test } from 'vitest';
import { lanesOf, nextBatch } from '../../../client/spool/batches.ts';
import type { ItemOperation } from '../../../client/spool/spool.ts';

const register = (item: string): ItemOperation => ({ op: 'register', item, run: `of ${item}`, timeout: 60 });
const complete = (item: string): ItemOperation => ({ op: 'complete', item, run: `of ${item}` });

/** The items of each batch that a lane becomes. */
function batchesOf(operations: readonly ItemOperation[]): string[][] {
  const kept = operations.map((operation) => ({ workflow: 'w', operation }));
  return lanesOf(kept).flatMap((lane) => {
    const batches: string[][] = [];
    for (let from = 0; from < lane.length; ) {
      const { batch, rest } = nextBatch(lane, from, () => true);
      batches.push(batch.map(({ operation }) => `${operation.op} ${operation.item}`));
      from = rest;
    }
    return batches;
  });
}

test('a batch has one operation of an item at most, so that a repeat of it changes nothing (P4)', () => {
  const fail: ItemOperation = {
    op: 'progress',
    item: 'a',
    run: 'of a',
    failed: { reason: 'oops', type: 'Error' },
  };
  expect(batchesOf([register('a'), register('b'), fail, complete('b'), register('c')])).toEqual([
    ['register a', 'register b', 'register c'],
    ['progress a', 'complete b'],
  ]);
  expect(batchesOf([register('a'), complete('a'), register('a')])).toEqual([
    ['register a'],
    ['complete a'],
    ['register a'],
  ]);
});

test('a completion is sent right after the registrations of 100 items and not after those of all', () => {
  const items = Array.from({ length: 250 }, (_, number) => String(number));
  const batches = batchesOf([...items.map(register), ...items.map(complete)]);
  expect(batches.map(([first = '', ...rest]) => `${first.split(' ')[0]} ${rest.length + 1}`)).toEqual([
    'register 100',
    'complete 100',
    'register 100',
    'complete 100',
    'register 50',
    'complete 50',
  ]);
});
