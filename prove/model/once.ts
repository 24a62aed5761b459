import type { Broken, Evidence, Told } from './evidence.ts';

/** P3: one incident, one beginning and one end; a repeat has the id of the first. */
export function once(evidence: Evidence): Broken[] {
  const incidents = Map.groupBy(evidence.told, ({ incident }) => incident);
  return [...incidents].flatMap(([incident, told]) => [
    ...sameIds(told),
    ...beginnings(incident, told),
    ...gaps(incident, told),
  ]);
}

/** A repeat after a crash can have other counts, and is the same notification. */
function sameIds(told: readonly Told[]): Broken[] {
  const repeats = Map.groupBy(told, ({ id }) => id);
  return [...repeats].flatMap(([id, same]): Broken[] => {
    const kinds = new Set(same.map(({ incident, sequence }) => `${sequence} of ${incident}`));
    return kinds.size > 1
      ? [{ promise: 'P3', kind: 'doubled', text: `${id} is ${[...kinds].join(' and ')}` }]
      : [];
  });
}

function beginnings(incident: string, told: readonly Told[]): Broken[] {
  return (['opened', 'resolved'] as const).flatMap((event): Broken[] => {
    const ids = new Set(told.filter((one) => one.event === event).map(({ id }) => id));
    if (ids.size <= 1) return [];
    return [
      {
        promise: 'P3',
        kind: 'doubled',
        text: `${incident} was ${event} ${ids.size} times: ${[...ids].join(', ')}`,
      },
    ];
  });
}

/** Notifications are numbered; the number of the last one only has to be the highest. */
function gaps(incident: string, told: readonly Told[]): Broken[] {
  const numbers = (isEnd: boolean) => {
    const some = told.filter(({ event }) => (event === 'resolved') === isEnd);
    return [...new Set(some.map(({ sequence }) => sequence))].sort((a, b) => a - b);
  };
  const [before, end] = [numbers(false), numbers(true)];
  const isNumbered = before.every((number, index) => number === index + 1);
  const isLast = end.every((number) => number > before.length);
  if (isNumbered && isLast) return [];
  const text = `the notifications of ${incident} are ${before.join(', ')}, and the resolve ${end.join(', ')}`;
  return [{ promise: 'P3', kind: 'missed', text }];
}
