import { setTimeout as pause } from 'node:timers/promises';

/** MiniStack has the clock of the system, so time cannot be moved by hand. Its Scheduler looks for due timers every 10 s. */
const everyMs = 500;

/**
 * Waits until `look` returns something other than undefined or false, and returns that. Throws an error that names `what`
 * if it takes longer than `withinMs`.
 */
export async function until<Found>(
  what: string,
  withinMs: number,
  look: () => Promise<Found | undefined | false>,
): Promise<Found> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await pause(everyMs);
  }
}
