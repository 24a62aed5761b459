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
  const least = Math.min(threeReportsMs, ...allowedMs(item));
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
  return moved && `it moved at ${moved.reply?.json.progressedAt}, as was acknowledged at ${at(moved.end)}`;
}

/** How long progress may stay the same by the settings that may be in force. */
function allowedMs({ asked, workflow }: Item): number[] {
  const ofItem = asked.flatMap(({ request }) => (request.ask === 'register' ? [request.stuckAfter] : []));
  const all = [...ofItem, ...workflow.settings.map(({ stuckAfter }) => stuckAfter)];
  return all.flatMap((seconds) => (seconds === undefined ? [] : [seconds * 1_000]));
}

/** Its timers fired, nothing happened to the item, and nobody was warned. */
function unwarned(evidence: Evidence, item: Item, seen: Sighting): Broken[] {
  const stuckAfterMs = stuckAfterOf(item, seen);
  const { progressedAt, stuckAt } = seen.by?.reply?.json ?? {};
  if (stuckAfterMs === undefined || progressedAt === undefined || stuckAt !== undefined) return [];
  const due = Date.parse(progressedAt) + stuckAfterMs;
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
  const text = `${nameOf(item)}, attempt ${seen.attempt}, stands still since ${progressedAt}, ${stuckAfterMs} ms are allowed, and nobody was warned by ${at(by)}`;
  return [{ promise: 'P1', kind: 'missed', text }];
}

/** The `stuckAfter` of the registration of this attempt, in milliseconds. */
function stuckAfterOf({ asked }: Item, seen: Sighting): number | undefined {
  const registered = asked.find(
    ({ request, reply }: ItemAsked) =>
      request.ask === 'register' &&
      ['created', 'restarted'].includes(reply?.json?.outcome) &&
      isSameAttempt(reply?.json, seen),
  );
  const { request } = registered ?? {};
  return request?.ask === 'register' && request.stuckAfter !== undefined
    ? request.stuckAfter * 1_000
    : undefined;
}
