/**
 * Asks repeatedly until there is an answer; fails after this many milliseconds. Asked more often than every 50 ms, a service
 * would answer for much of the processor time of a test.
 */
export async function until<Value>(
  what: string,
  withinMs: number,
  ask: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`no ${what} within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
