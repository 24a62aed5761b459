import { expect, onTestFinished, test } from 'vitest';
import { intervalLoop } from '../../local/interval-loop.ts';

/** A loop with a pause of a millisecond. Each sweep ends when the test ends it. */
function start() {
  const sweeps: PromiseWithResolvers<void>[] = [];
  const errors: unknown[] = [];
  let begun = Promise.withResolvers<void>();
  const loop = intervalLoop({
    everyMs: 1,
    work: () => {
      const ending = Promise.withResolvers<void>();
      sweeps.push(ending);
      begun.resolve();
      begun = Promise.withResolvers<void>();
      return ending.promise;
    },
    onError: (error) => errors.push(error),
  });
  void loop.run();
  onTestFinished(async () => {
    for (const { resolve } of sweeps) resolve();
    await loop.stop();
  });
  /** The next sweep to start, or the current one. */
  const nth = async (count: number) => {
    while (sweeps.length < count) await begun.promise;
    const sweep = sweeps[count - 1];
    if (!sweep) throw new Error('there is no such sweep');
    return sweep;
  };
  return { loop, sweeps, errors, nth };
}

test('the next sweep begins only after the one before has ended', async () => {
  const { sweeps, nth } = start();
  const first = await nth(1);
  // Ten times the pause: waits in real time, like the loop.
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(sweeps).toHaveLength(1);
  first.resolve();
  await nth(2);
});

test('a sweep that fails is reported, and the next one follows without a longer pause', async () => {
  const { errors, nth } = start();
  const started = performance.now();
  for (let count = 1; count <= 5; count++) (await nth(count)).reject(new Error(`sweep ${count}`));
  await nth(6);
  expect(errors.map((error) => (error as Error).message)).toEqual([1, 2, 3, 4, 5].map((n) => `sweep ${n}`));
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('the round after a failed one can be asked to wait longer', async () => {
  const rounds: number[] = [];
  const again = Promise.withResolvers<void>();
  const loop = intervalLoop({
    everyMs: 1,
    afterFailureMs: 50,
    work: async () => {
      rounds.push(performance.now());
      if (rounds.length === 1) throw new Error('the first round');
      again.resolve();
    },
    onError: () => {},
  });
  onTestFinished(() => loop.stop());
  void loop.run();
  await again.promise;
  const [first = 0, second = 0] = rounds;
  // A timer of Node can fire a millisecond early.
  expect(second - first).toBeGreaterThan(48);
});

test('a stop waits for the current sweep, and no other starts', async () => {
  const { loop, sweeps, nth } = start();
  const under = await nth(1);
  let stopped = false;
  const stopping = loop.stop().then(() => {
    stopped = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(stopped).toBe(false);
  under.resolve();
  await stopping;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(sweeps).toHaveLength(1);
});

test('a stop does not wait for the pause, and does not sweep once more', async () => {
  let sweeps = 0;
  const sweep = async () => {
    sweeps++;
  };
  const loop = intervalLoop({ everyMs: 60_000, work: sweep, onError: () => {} });
  void loop.run();
  const started = performance.now();
  await loop.stop();
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(sweeps).toBe(0);
});
