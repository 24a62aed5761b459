import { expect, test } from 'vitest';
import { ItemOrder } from '../../client/item-order.ts';

/** A call that notes when it begins and ends, and ends when the test says so. */
function heldCall(name: string, events: string[]) {
  let end: (error?: Error) => void = () => {};
  const held = new Promise<string>((resolve, reject) => {
    end = (error) => {
      events.push(`${name} ends`);
      if (error) reject(error);
      else resolve(name);
    };
  });
  const call = () => {
    events.push(`${name} begins`);
    return held;
  };
  return { call, end };
}

test('a call on an item begins when the one before it has ended, also in failure (P4)', async () => {
  const order = new ItemOrder();
  const events: string[] = [];
  const [first, second, other] = ['first', 'second', 'other'].map((name) => heldCall(name, events));
  if (!first || !second || !other) return expect.fail();
  const results = Promise.allSettled([
    order.run('w', 'a', first.call),
    order.run('w', 'a', second.call),
    order.run('w', 'b', other.call),
  ]);
  await new Promise(setImmediate);
  expect(events).toEqual(['first begins', 'other begins']);
  first.end(new Error('failed'));
  await new Promise(setImmediate);
  second.end();
  other.end();
  expect(await results).toMatchObject([
    { reason: { message: 'failed' } },
    { value: 'second' },
    { value: 'other' },
  ]);
  expect(events.slice(2)).toEqual(['first ends', 'second begins', 'second ends', 'other ends']);
  await order.settled();
});
