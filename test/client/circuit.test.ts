import { beforeEach, describe, expect, test } from 'vitest';
import { Circuit } from '../../client/circuit.ts';
import { WardenError } from '../../client/warden-error.ts';
import { HandMovedTimers } from '../support/hand-moved-timers.ts';

let clock: HandMovedTimers;
let circuit: Circuit;
let tries: number;
beforeEach(() => {
  clock = new HandMovedTimers();
  circuit = new Circuit(clock, () => 1);
  tries = 0;
});

const away = new WardenError('unreachable', 'away');
const success = () => {
  tries++;
  return Promise.resolve('done');
};
const failure = (error = away) => {
  tries++;
  return Promise.reject(error);
};
const code = (result: Promise<unknown>) => result.catch(({ code }) => code);
const fail = async (times: number, error = away) => {
  for (let time = 0; time < times; time++) await code(circuit.run(() => failure(error)));
};

test('five failures in a row open it, and then calls fail without a try', async () => {
  await fail(4);
  await circuit.run(success);
  await fail(4);
  expect(circuit.isOpen).toBe(false);
  await fail(1);
  expect(circuit.isOpen).toBe(true);
  tries = 0;
  await expect(circuit.run(success)).rejects.toThrow('was not sent; the next is sent in 1 s');
  expect(tries).toBe(0);
});

test('after a second one call tries, and its success closes it', async () => {
  let closed = 0;
  circuit.onClosed = () => closed++;
  await fail(5);
  clock.advance(1_000);
  tries = 0;
  let end: (value: string) => void = () => {};
  const trial = circuit.run(() => new Promise((resolve) => (end = resolve)));
  expect(await code(circuit.run(success))).toBe('unreachable');
  expect(tries).toBe(0);
  end('done');
  expect(await trial).toBe('done');
  expect([circuit.isOpen, closed]).toEqual([false, 1]);
  expect(await circuit.run(success)).toBe('done');
});

test('each failed try doubles the time, up to 30 s', async () => {
  await fail(5);
  for (const ms of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    tries = 0;
    clock.advance(ms - 1);
    await fail(1);
    expect(tries).toBe(0);
    clock.advance(1);
    await fail(1);
    expect(tries).toBe(1);
  }
});

test('calls that began before it opened do not keep it open longer', async () => {
  const ends: ((error: Error) => void)[] = [];
  const slow = Array.from({ length: 9 }, () =>
    code(circuit.run(() => new Promise((_, reject) => ends.push(reject)))),
  );
  for (const end of ends) end(away);
  await Promise.all(slow);
  clock.advance(1_000);
  expect(await circuit.run(success)).toBe('done');
});

test('a call that insists tries at once, and closes it', async () => {
  await fail(5);
  expect(await circuit.run(success, { insists: true })).toBe('done');
  expect(circuit.isOpen).toBe(false);
});

describe('no failure of the circuit is', () => {
  const problem = (status: number, code: 'internal-error' | 'item-not-found') =>
    new WardenError(code, '', { problem: { type: '', title: '', detail: '', status, code } });
  test.each([
    ['a refusal', problem(404, 'item-not-found')],
    ['a fault that may concern one item only (P8)', problem(500, 'internal-error')],
    ['too many requests', new WardenError('unavailable', '', { status: 429 })],
    ['an abort by the caller', new WardenError('aborted', '')],
    ['another error', new Error('a bug') as WardenError],
  ])('%s', async (_, error) => {
    await fail(9, error);
    expect([circuit.isOpen, tries]).toEqual([false, 9]);
  });

  test('an abort of the one try: the next call tries', async () => {
    await fail(5);
    clock.advance(1_000);
    await fail(1, new WardenError('aborted', ''));
    expect(await circuit.run(success)).toBe('done');
  });
});
