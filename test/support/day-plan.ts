import { seededRandom } from './seeded-random.ts';

const minuteMs = 60_000;

export interface DayOptions {
  seed: number;
  items: number;
  /** The timeouts of items in each workflow, in minutes; there are as many workflows as timeouts. */
  timeouts: readonly number[];
  /** Hours over which items start. */
  hours: number;
  /** Shares of the items, from 0 to 1. */
  late: number;
  /** Never completed by their workflow. */
  lost: number;
  failed: number;
}

/** The course of the work on an item. */
export type Course = 'in-time' | 'late' | 'lost' | 'failed';

export interface PlannedItem {
  workflow: string;
  item: string;
  course: Course;
  timeoutMs: number;
}

/** A request about an item at a time, in ms after the beginning of the day. */
export interface Action {
  at: number;
  item: PlannedItem;
  does: 'register' | 'step' | 'extend' | 'fail' | 'complete';
}

/** A day of normal use: which requests about which items, in order of time. The same for the same options. */
export function planDay(options: DayOptions): Action[] {
  const random = seededRandom(options.seed);
  const actions: Action[] = [];
  for (let index = 0; index < options.items; index++) {
    const timeout = options.timeouts[Math.floor(random() * options.timeouts.length)] ?? 1;
    const item: PlannedItem = {
      workflow: `every-${timeout}-minutes`,
      item: `item-${index}`,
      course: courseOf(random(), options),
      timeoutMs: timeout * minuteMs,
    };
    actions.push(...lifeOf(item, random() * options.hours * 60 * minuteMs, random));
  }
  return actions.sort((a, b) => a.at - b.at);
}

function courseOf(share: number, { late, lost, failed }: DayOptions): Course {
  if (share < late) return 'late';
  if (share < late + lost) return 'lost';
  return share < late + lost + failed ? 'failed' : 'in-time';
}

function lifeOf(item: PlannedItem, start: number, random: () => number): Action[] {
  const { course, timeoutMs } = item;
  const does = (what: Action['does'], at: number): Action => ({ at: Math.floor(at), item, does: what });
  const life = [does('register', start)];
  let from = start;
  const kind = random();
  // A step on the way; or work that takes longer than its timeout and extends it meanwhile.
  if (kind < 0.1) life.push(does('step', start + 0.04 * timeoutMs));
  if (kind >= 0.9) {
    for (let beats = Math.ceil(random() * 3); beats > 0; beats--) {
      from += (0.5 + 0.4 * random()) * timeoutMs;
      life.push(does('extend', from));
    }
  }
  const deadline = from + timeoutMs;
  switch (course) {
    case 'in-time': {
      // Some of them at the last moment.
      const margin = random() < 0.02 ? 1 + random() * 2_000 : (0.05 + 0.9 * random()) * timeoutMs;
      return [...life, does('complete', deadline - margin)];
    }
    case 'late':
      return [...life, does('complete', deadline + 1_000 + random() * 20 * minuteMs)];
    case 'lost':
      // The workflow never completes it; somebody who was notified corrects it later.
      return [...life, does('complete', deadline + (10 + random() * 20) * minuteMs)];
    case 'failed': {
      const at = from + 0.5 * timeoutMs;
      return [...life, does('fail', at), does('complete', at + (1 + 20 * random()) * minuteMs)];
    }
  }
}
