import {
  type Broken,
  type Evidence,
  firstHeard,
  type Heard,
  type Item,
  isBreach,
  nameOf,
  unchangedUntil,
} from './evidence.ts';
import { isSameAttempt, registrationOf, type Sighting } from './sighting.ts';
import { at, mostSkewMs } from './times.ts';
import { isTimerDisturbed, timelyMs } from './watched.ts';

/** P1, P2: an item that reports no step by its `startBy` is noticed, and an item that reports one is not. */
export function started(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item) => [
    ...firstHeard(item).flatMap((one): Broken[] => {
      const why = one.event.event === 'item.not-started' ? whyFalse(item, one) : undefined;
      if (why === undefined) return [];
      const text = `${nameOf(item)}, attempt ${one.event.attempt}, was said to be not started at ${at(one.at)}, and ${why}`;
      return [{ promise: 'P2', kind: 'false', text }];
    }),
    ...item.sightings.flatMap((seen) => unnoticed(evidence, item, seen)),
  ]);
}

function whyFalse({ asked }: Item, { since, event }: Heard): string | undefined {
  const allowed = asked.flatMap(({ request }) =>
    request.ask === 'register' && request.startBy !== undefined ? [request.startBy * 1_000] : [],
  );
  if (allowed.length === 0) return 'nobody asked when it starts';
  const early = Date.parse(event.at) - Date.parse(event.startedAt) < Math.min(...allowed) - 2 * mostSkewMs;
  if (early) return `it began at ${event.startedAt}`;
  const stepped = asked.find(
    ({ request, reply, end }) =>
      request.ask === 'progress' &&
      request.step !== undefined &&
      reply?.status === 200 &&
      isSameAttempt(reply.json, event) &&
      end < since,
  );
  return stepped && `it reported a step, as was acknowledged at ${at(stepped.end)}`;
}

/** Its timers fired, nothing happened to the item, and nobody noticed. */
function unnoticed(evidence: Evidence, item: Item, seen: Sighting): Broken[] {
  const { startBy, step } = registrationOf(seen) ?? {};
  if (startBy === undefined || step !== undefined || seen.startedAt === undefined) return [];
  const due = Date.parse(seen.startedAt) + startBy * 1_000;
  const by = due + timelyMs;
  if (by > evidence.ledger.endedAt || seen.end > due || unchangedUntil(item, seen) <= by) return [];
  if (isTimerDisturbed(evidence, item, due, by)) return [];
  if (item.heard.some((one) => one.at <= by && isSameAttempt(seen, one.event) && isBreach(one.event)))
    return [];
  const text = `${nameOf(item)}, attempt ${seen.attempt}, had to report a step by ${at(due)}, and nobody noticed by ${at(by)}`;
  return [{ promise: 'P1', kind: 'missed', text }];
}
