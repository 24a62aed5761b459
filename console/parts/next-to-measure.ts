/** How many workflows are counted in a round: a poll may take little of the service's time. */
const mostInRound = 2;
/** Counts younger than this are not read again, in milliseconds. */
const freshMs = 10_000;

/**
 * The workflows to count now: first the workflows that were never counted, then the workflows that were asked for
 * longest ago.
 */
export function nextToMeasure(
  seen: readonly string[],
  asked: ReadonlyMap<string, number>,
  now: number,
): string[] {
  const at = (name: string) => asked.get(name) ?? 0;
  return seen
    .filter((name) => now - at(name) >= freshMs)
    .toSorted((one, other) => at(one) - at(other))
    .slice(0, mostInRound);
}
