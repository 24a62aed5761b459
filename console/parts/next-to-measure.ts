/** How many workflows are counted at the same time until each was counted once. */
const mostAtFirst = 2;
/** Counts younger than this are not read again, in milliseconds. */
const freshMs = 10_000;
/** A workflow without an incident can wait this much longer for its turn: nothing of it is lost. */
const calmMs = 20_000;

/**
 * The workflows to count now. First the workflows that were never counted, in order. Then one, as a poll may take little of
 * the service's time: the workflow whose turn is longest ago, and the turns of workflows with an incident come earlier.
 */
export function nextToMeasure(
  seen: readonly string[],
  asked: ReadonlyMap<string, number>,
  now: number,
  isTroubled: (workflow: string) => boolean,
): string[] {
  const uncounted = seen.filter((name) => !asked.has(name));
  if (uncounted.length > 0) return uncounted.slice(0, mostAtFirst);
  const at = (name: string) => asked.get(name) ?? 0;
  const turn = (name: string) => at(name) + (isTroubled(name) ? 0 : calmMs);
  return seen
    .filter((name) => now - at(name) >= freshMs)
    .toSorted((one, other) => turn(one) - turn(other))
    .slice(0, 1);
}
