import type { Caller } from './caller.ts';

/** What the client of the kill test knows of an item: only the replies that it received. */
export interface Entry {
  item: string;
  timeout: number;
  /** Whether the client completes it right after its registration. */
  toComplete: boolean;
  data: { item: string; nested: number[] };
  registration: 'acknowledged' | 'unknown';
  completion: 'none' | 'acknowledged' | 'unknown';
  /** The deadline in the reply, in ms since the epoch. */
  deadline: number;
  /** When the reply to the completion arrived, in ms since the epoch. */
  completedAt: number;
  /** The outcome in the reply to the completion; undefined if another try of it was first. */
  outcome?: 'on-time' | 'late';
}

/** A few seconds, for items that become overdue unless they are completed. */
const shortTimeouts = [2, 3, 4];

export function entries(count: number, random: () => number): Entry[] {
  return Array.from({ length: count }, (_, index) => {
    const item = `${index}/${Math.floor(random() * 1e6)}`;
    const short = random() < 0.45;
    return {
      item,
      timeout: short ? (shortTimeouts[Math.floor(random() * shortTimeouts.length)] ?? 2) : 3_600,
      toComplete: random() < 0.6,
      data: { item, nested: [index] },
      registration: 'unknown',
      completion: 'none',
      deadline: Number.NaN,
      completedAt: Number.NaN,
    };
  });
}

/**
 * Registers the item and completes it if that is planned. A request without a reply is repeated or, at random, left
 * with an unknown result. Any reply other than success is an error.
 */
export async function carryOut(
  entry: Entry,
  {
    workflow,
    caller,
    up,
    coin,
  }: { workflow: string; caller: Caller; up: () => Promise<unknown>; coin: () => boolean },
): Promise<void> {
  const { item, timeout, data } = entry;
  const registered = await answered(() => caller.register(workflow, item, { timeout, data }), { up, coin });
  if (!registered) return;
  if (![200, 201].includes(registered.status)) throw new Error(`register was answered ${registered.status}`);
  entry.registration = 'acknowledged';
  entry.deadline = Date.parse(registered.json.deadline);
  if (!entry.toComplete) return;

  entry.completion = 'unknown';
  const completed = await answered(() => caller.complete(workflow, item), { up, coin });
  if (!completed) return;
  // 404: an earlier try whose reply was lost has completed the item.
  if (![200, 404].includes(completed.status)) throw new Error(`complete was answered ${completed.status}`);
  entry.completion = 'acknowledged';
  entry.completedAt = Date.now();
  entry.outcome = completed.json.outcome;
}

/** Undefined if a reply was lost and the request is not repeated. */
async function answered<Answer>(
  request: () => Promise<Answer>,
  { up, coin }: { up: () => Promise<unknown>; coin: () => boolean },
): Promise<Answer | undefined> {
  for (;;) {
    await up();
    try {
      return await request();
    } catch (error) {
      // The connection was closed: the process was killed.
      if (!(error instanceof Error && 'code' in error)) throw error;
      if (coin()) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Whether the item may be past its deadline without completion, by everything that the client knows. */
export function mustBeTold({ registration, completion, timeout }: Entry): boolean {
  return registration === 'acknowledged' && completion === 'none' && timeout < 60;
}

/** Whether an alert for the item would be a false alarm: it was certainly completed before its deadline. */
export function mustNotBeTold({ completion, completedAt, deadline, timeout }: Entry): boolean {
  return timeout >= 60 || (completion === 'acknowledged' && completedAt < deadline);
}
