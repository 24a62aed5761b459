/**
 * A duration for people, in its two largest units: 3725000 ms is "1h 2m". Under a second it is "under 1s". Node 22 has no
 * Intl.DurationFormat, and the command line runs there.
 */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'under 1s';
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  const largest = parts.slice(first, first + 2).filter(([value]) => value > 0);
  return largest.map(([value, unit]) => `${value}${unit}`).join(' ');
}
