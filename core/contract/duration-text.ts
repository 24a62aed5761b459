// Made when it is first needed: it takes longer to make than a function's other modules to load.
let format: Intl.DurationFormat | undefined;

/** A duration for people, in its two largest units: 3725000 ms is "1h 2m". Under a second it is "under 1s". */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'under 1s';
  const parts: [string, number][] = [
    ['days', Math.floor(seconds / 86_400)],
    ['hours', Math.floor(seconds / 3_600) % 24],
    ['minutes', Math.floor(seconds / 60) % 60],
    ['seconds', seconds % 60],
  ];
  const first = parts.findIndex(([, value]) => value > 0);
  format ??= new Intl.DurationFormat('en', { style: 'narrow' });
  return format.format(Object.fromEntries(parts.slice(first, first + 2).filter(([, value]) => value > 0)));
}
