import { setTimeout as sleep } from 'node:timers/promises';

/** Asks repeatedly until there is an answer. Throws an error after two minutes without one. */
export async function until<Value>(
  what: string,
  ask: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const end = performance.now() + 120_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`no ${what} within two minutes`);
    await sleep(150);
  }
}
