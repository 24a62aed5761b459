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
import { isSameAttempt, mayChange, registrationOf, type Sighting } from './sighting.ts';
import { at, mostSkewMs } from './times.ts';
import { isTimerDisturbed, timelyMs } from './watched.ts';

/** P1–P3: people are warned of an item that comes near its deadline, once for each deadline, and of no other item. */
export function warned(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item) => {
    const first = firstHeard(item).filter(({ event }) => event.event === 'item.warned');
    return [
      ...first.flatMap((one): Broken[] => {
        const why = whyFalse(item, one);
        const text = `${nameOf(item)}, attempt ${one.event.attempt}, was warned of at ${at(one.at)}, and ${why}`;
        return why === undefined ? [] : [{ promise: 'P2', kind: 'false', text }];
      }),
      ...tooOften(item, first),
      ...item.sightings.flatMap((seen) => unwarned(evidence, item, seen)),
    ];
  });
}

function whyFalse(item: Item, { since, event }: Heard): string | undefined {
  const ofItem = item.asked.flatMap(({ request }) => (request.ask === 'register' ? [request.warnAfter] : []));
  const ofWorkflow = item.workflow.settings.map(({ warnAfter }) => warnAfter);
  const allowed = [...ofItem, ...ofWorkflow].flatMap((time) => (time === undefined ? [] : [time * 1_000]));
  if (allowed.length === 0) return 'nobody asked for that';
  if (since > Date.parse(event.deadline) + mostSkewMs) return `its deadline was ${event.deadline}`;
  const leastMs = Math.min(...allowed) - 2 * mostSkewMs;
  const said = Date.parse(event.at);
  if (said - Date.parse(event.startedAt) < leastMs) return `it began at ${event.startedAt}`;
  const moved = item.asked.find(
    ({ request, reply, at: sentAt, end }) =>
      request.ask === 'progress' &&
      request.timeout !== undefined &&
      reply?.status === 200 &&
      isSameAttempt(reply.json, event) &&
      reply.json.deadline === event.deadline &&
      end < since &&
      said - (sentAt - (request.age ?? 0) * 1_000) < leastMs,
  );
  return moved && `its deadline was set at ${at(moved.end)}`;
}

/** Each new deadline can have a warning. */
function tooOften(item: Item, first: readonly Heard[]): Broken[] {
  const attempts = Map.groupBy(first, ({ event }) => `${event.attempt} of ${event.startedAt}`);
  const isDeadline = ({ request }: Item['asked'][number]) =>
    request.ask === 'progress' && request.timeout !== undefined;
  const deadlines = item.asked.filter((one) => isDeadline(one) && mayChange(one));
  // Nobody knows how often a message was delivered.
  if (deadlines.some(({ reply }) => reply === undefined)) return [];
  return [...attempts].flatMap(([attempt, warnings]): Broken[] => {
    if (warnings.length <= 1 + deadlines.length) return [];
    const text = `${nameOf(item)}, attempt ${attempt}, was warned of ${warnings.length} times, with ${deadlines.length} new deadlines`;
    return [{ promise: 'P3', kind: 'doubled', text }];
  });
}

/** Its timers fired, nothing happened to the item, and nobody was warned. */
function unwarned(evidence: Evidence, item: Item, seen: Sighting): Broken[] {
  const { warnAfter } = registrationOf(seen) ?? {};
  if (warnAfter === undefined || seen.startedAt === undefined) return [];
  const due = Date.parse(seen.startedAt) + warnAfter * 1_000;
  const by = due + timelyMs;
  if (by > seen.deadline - mostSkewMs || by > evidence.ledger.endedAt || seen.end > due) return [];
  if (unchangedUntil(item, seen) <= by || isTimerDisturbed(evidence, item, due, by)) return [];
  const isHeard = item.heard.some(
    (one) =>
      one.at <= by &&
      isSameAttempt(seen, one.event) &&
      (one.event.event === 'item.warned' || isBreach(one.event)),
  );
  if (isHeard) return [];
  const text = `${nameOf(item)}, attempt ${seen.attempt}, is to be warned of at ${at(due)}, and nobody was by ${at(by)}`;
  return [{ promise: 'P1', kind: 'missed', text }];
}
