/** How many workflows are counted at the same time until each was counted once. */
const mostAtFirst = 2;
/** Counts younger than this are not read again, in milliseconds, unless the incident of their workflow changed. */
const freshMs = 10_000;

/**
 * The workflows to count now. First the workflows that were never counted, in order. Then one, as a poll may take little of
 * the service's time: in turns one with an open incident and one without, of each the one that was counted longest ago.
 * A count from before the last change of its incident comes before all other counts with an incident.
 *
 * @param changedAt when the open incident of a workflow changed last, in ms since 1970
 */
export function nextToMeasure(
  seen: readonly string[],
  asked: ReadonlyMap<string, number>,
  now: number,
  changedAt: (workflow: string) => number | undefined,
): string[] {
  const uncounted = seen.filter((name) => !asked.has(name));
  if (uncounted.length > 0) return uncounted.slice(0, mostAtFirst);
  const at = (name: string) => asked.get(name) ?? 0;
  const isTroubled = (name: string) => changedAt(name) !== undefined;
  const isOvertaken = (name: string) => at(name) < (changedAt(name) ?? 0);
  const byTurn = (one: string, other: string) =>
    Number(isOvertaken(other)) - Number(isOvertaken(one)) || at(one) - at(other);
  const due = seen.filter((name) => isOvertaken(name) || now - at(name) >= freshMs).toSorted(byTurn);
  const [last] = [...asked.keys()].toSorted((one, other) => at(other) - at(one));
  const wasTroubled = last !== undefined && isTroubled(last);
  const next = due.find((name) => isTroubled(name) !== wasTroubled) ?? due[0];
  return next === undefined ? [] : [next];
}
