/**
 * Asks every 50 ms until there is an answer; fails after this many milliseconds. Asking more often takes much of a test's
 * processor time.
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
