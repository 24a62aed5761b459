import { type Broken, type Evidence, type Item, isBreach, type Told, unchangedUntil } from './evidence.ts';
import { certainSettings } from './settings.ts';
import { mayChange } from './sighting.ts';
import { at, indexLagMs, mostSkewMs } from './times.ts';

/** P6: people are reminded of an incident in which nothing changes, unless somebody works on it. */
export function reminded(evidence: Evidence): Broken[] {
  const incidents = Map.groupBy(evidence.told, ({ incident }) => incident);
  return [...incidents.values()].flatMap((told) =>
    told.flatMap((one, index) => forgotten(evidence, one, told[index + 1])),
  );
}

function forgotten(evidence: Evidence, one: Told, next: Told | undefined): Broken[] {
  const workflow = evidence.workflow(one.workflow);
  const { settings, since } = certainSettings(workflow) ?? {};
  if (one.kind !== 'overdue' || one.event === 'resolved' || settings?.reminder === undefined) return [];
  const by = evidence.sweptAfter(one.at + settings.reminder * 1_000 + 2 * mostSkewMs);
  if (by === Number.POSITIVE_INFINITY || (next && next.at <= by)) return [];
  // A change shortly before the notification may be missing from its counts: an update follows, and no reminder.
  const from = one.since - indexLagMs - 2 * mostSkewMs;
  const isCertain = since !== undefined && since < from && !workflow.maySilence(from, by);
  const isAcknowledged = workflow.asked.some(({ request }) => request.ask === 'acknowledge');
  const isMoved = workflow.hasRedrives || workflow.hasDiscards || evidence.isDamaged(workflow);
  if (!isCertain || isAcknowledged || isMoved || evidence.away.some(({ to }) => to >= from)) return [];
  const items = evidence.items.filter((item) => item.workflow === workflow);
  if (items.some((item) => mayMove(item, from, by))) return [];
  const left = items.find((item) =>
    item.heard.some(
      (heard) =>
        isBreach(heard.event) &&
        heard.event.incident === one.incident &&
        unchangedUntil(item, { by: undefined, at: heard.since }) === Number.POSITIVE_INFINITY,
    ),
  );
  if (left === undefined) return [];
  const text = `${left.item} of ${workflow.name} is breached, people were told of ${one.incident} at ${at(one.at)}, and nobody was reminded by ${at(by)}`;
  return [{ promise: 'P6', kind: 'missed', text }];
}

function mayMove({ asked, heard, sightings }: Item, from: number, by: number): boolean {
  return (
    asked.some((one) => mayChange(one) && one.end >= from && one.at <= by) ||
    heard.some(({ at: heardAt }) => heardAt >= from && heardAt <= by) ||
    // A waiting item can become overdue, and its event can come later.
    sightings.some(({ state, deadline }) => state === 'waiting' && deadline >= from && deadline <= by)
  );
}
