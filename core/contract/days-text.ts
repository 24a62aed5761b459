/** Seconds of a limit in days, for people: 604800 is "7 days". */
export function daysText(seconds: number): string {
  const days = seconds / 86_400;
  return days === 1 ? '1 day' : `${days} days`;
}
