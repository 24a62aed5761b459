import {
  type Broken,
  type Evidence,
  type Heard,
  type Item,
  isBreach,
  nameOf,
  unchangedUntil,
} from './evidence.ts';
import { type ItemAsked, isSameAttempt, type Sighting } from './sighting.ts';
import { at, mostSkewMs } from './times.ts';
import { isTimerDisturbed, timelyMs } from './watched.ts';

type Attempt = Pick<Sighting, 'attempt' | 'startedAt'>;

type Registration = ItemAsked & { request: Extract<ItemAsked['request'], { ask: 'register' }> };

/** Without `stuckAfter`, the third report of a value counts, a minute after the second at the earliest. */
const threeReportsMs = 120_000;

/** P1, P2: people are warned of an item that is alive and does not progress, and not of an item that progresses. */
export function stuck(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item) => [
    ...item.heard.flatMap((one): Broken[] => {
      const why = one.event.event === 'item.stuck' ? whyFalse(item, one) : undefined;
      if (why === undefined) return [];
      const { attempt, progress } = one.event;
      const text = `${nameOf(item)}, attempt ${attempt}, was said to be stuck at ${progress} at ${at(one.at)}, and ${why}`;
      return [{ promise: 'P2', kind: 'false', text }];
    }),
    ...item.sightings.flatMap((seen) => unwarned(evidence, item, seen)),
  ]);
}

function whyFalse(item: Item, { at: heardAt, since, event }: Heard): string | undefined {
  const { progress, progressedAt = event.at } = event;
  const isReported = item.asked.some(
    ({ request, at: sentAt }) =>
      request.ask === 'progress' && request.progress === progress && sentAt <= heardAt,
  );
  if (!isReported) return 'nobody reported that';
  const least = Math.min(threeReportsMs, ...allowedMs(item, event));
  if (heardAt - Date.parse(progressedAt) < least - 2 * mostSkewMs)
    return `it moved at ${progressedAt}; allowed are at least ${least} ms`;
  // A repeat of the event has the facts of the first time.
  const first = item.heard.find((one) => one.event.id === event.id)?.since ?? since;
  const moved = item.asked.find(
    ({ reply, end }) =>
      reply?.status === 200 &&
      end < first &&
      reply.json.state === 'waiting' &&
      isSameAttempt(reply.json, event) &&
      Date.parse(reply.json.progressedAt ?? progressedAt) > Date.parse(progressedAt),
  );
  if (moved === undefined || mayFollow(item, moved, progressedAt)) return undefined;
  return `it moved at ${moved.reply?.json.progressedAt}, as was acknowledged at ${at(moved.end)}`;
}

/** Whether the movement of this time may have come after that of the request, although the clock of its function was behind. */
function mayFollow({ asked }: Item, moved: ItemAsked, progressedAt: string): boolean {
  return asked.some(
    ({ request, reply, end }) =>
      request.ask === 'progress' &&
      end > moved.at &&
      (reply === undefined || reply.json.progressedAt === progressedAt),
  );
}

/** How long progress may stay the same by the settings that may be in force for the attempt. */
function allowedMs(item: Item, attempt: Attempt): number[] {
  const registered = beginningOf(item, attempt);
  const ofItem = registered ? [registered] : registrationsOf(item).map(({ request }) => request);
  const isOwn = registered?.stuckAfter !== undefined;
  const all = isOwn ? ofItem : [...ofItem, ...item.workflow.settings];
  return all.flatMap(({ stuckAfter }) => (stuckAfter === undefined ? [] : [stuckAfter * 1_000]));
}

/** Its timers fired, nothing happened to the item, and nobody was warned. */
function unwarned(evidence: Evidence, item: Item, seen: Sighting): Broken[] {
  const { stuckAfter } = beginningOf(item, seen) ?? {};
  const { progressedAt, stuckAt } = seen.by?.reply?.json ?? {};
  if (stuckAfter === undefined || progressedAt === undefined || stuckAt !== undefined) return [];
  const due = Date.parse(progressedAt) + stuckAfter * 1_000;
  const by = due + timelyMs;
  const isOver =
    by > seen.deadline - mostSkewMs || by > evidence.ledger.endedAt || unchangedUntil(item, seen) <= by;
  if (seen.state !== 'waiting' || seen.end > due || isOver || isTimerDisturbed(evidence, item, due, by))
    return [];
  const isHeard = item.heard.some(
    ({ event, at: heardAt }) =>
      heardAt <= by &&
      isSameAttempt(seen, event) &&
      // People know already of an item that was not started in time.
      (isBreach(event) || (event.event === 'item.stuck' && event.progressedAt === progressedAt)),
  );
  if (isHeard) return [];
  const text = `${nameOf(item)}, attempt ${seen.attempt}, stands still since ${progressedAt}, ${stuckAfter} s are allowed, and nobody was warned by ${at(by)}`;
  return [{ promise: 'P1', kind: 'missed', text }];
}

/** The registration that began this attempt; undefined if nobody knows its reply. */
function beginningOf(item: Item, attempt: Attempt): Registration['request'] | undefined {
  return registrationsOf(item).find(
    ({ reply }) =>
      ['created', 'restarted'].includes(reply?.json?.outcome) && isSameAttempt(reply?.json, attempt),
  )?.request;
}

function registrationsOf({ asked }: Item): Registration[] {
  return asked.filter((one): one is Registration => one.request.ask === 'register');
}
