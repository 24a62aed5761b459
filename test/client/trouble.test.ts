import { afterEach, beforeEach, expect, test } from 'vitest';
import { createReporter, type Trouble } from '../../client/trouble.ts';
import { WardenError } from '../../client/warden-error.ts';
import { HandMovedTimers } from '../support/hand-moved-timers.ts';

const trouble: Trouble = { operation: 'register', workflow: 'w', item: 'i' };
const error = new WardenError('forbidden', 'the tag "4111 1111" is refused');

let printed: string[];
const note = ({ name, message }: Error) => name === 'ProcessWardenWarning' && printed.push(message);
beforeEach(() => {
  printed = [];
  process.on('warning', note);
});
afterEach(() => process.off('warning', note));
// Node emits warnings in the next tick.
const warned = async () => {
  await new Promise(setImmediate);
  return printed;
};

test('by default each kind of error is printed once a minute, without its message (P9)', async () => {
  const clock = new HandMovedTimers();
  const { inWork, inBackground } = createReporter(undefined, clock);
  inWork(error, trouble);
  inWork(error, trouble);
  inBackground(error, trouble);
  const text = 'register of the item "i" in the workflow "w": forbidden. Set onError to handle such errors.';
  expect(await warned()).toEqual([text]);
  inBackground(new WardenError('unreachable', ''), { operation: 'deliver' });
  expect(await warned()).toEqual([text, 'deliver: unreachable. Set onError to handle such errors.']);
  clock.advance(60_000);
  inWork(error, trouble);
  expect(await warned()).toHaveLength(3);
});

test('"throw" throws into the work, and prints what no work waits for', async () => {
  const { inWork, inBackground } = createReporter('throw', new HandMovedTimers());
  expect(() => inWork(error, trouble)).toThrow(error);
  inBackground(error, { operation: 'deliver' });
  expect(await warned()).toHaveLength(1);
});

test('a function is told of each error; what it throws reaches the work or is printed', async () => {
  const told: unknown[] = [];
  const { inWork, inBackground } = createReporter((...what) => {
    told.push(what);
    throw new Error('mine');
  }, new HandMovedTimers());
  expect(() => inWork(error, trouble)).toThrow('mine');
  inBackground(error, trouble);
  expect(told).toEqual([
    [error, trouble],
    [error, trouble],
  ]);
  expect(await warned()).toHaveLength(1);
});
