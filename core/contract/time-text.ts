/** A time for people: "2026-11-21 09:30:00 UTC". */
export function timeText(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`;
}
