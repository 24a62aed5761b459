import { durationText } from '../core/contract/duration-text.ts';

/** "3 min ago" with the exact time in the reader's zone as its title. */
export function agoText(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  if (Math.abs(ms) < 1_000) return 'just now';
  const text = durationText(Math.abs(ms));
  return ms > 0 ? `in ${text}` : `${text} ago`;
}

const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export function timeText(at: string): string {
  return zoned.format(new Date(at));
}

/** Who did something: the name of the token, or the text of the API. */
export function personText({ by, byName }: { by?: string | undefined; byName?: string | undefined }): string {
  return byName ?? (by === 'open' ? 'a caller without a token' : (by ?? ''));
}

/** "80 ms", "3.2 s", "4m 10s": as exact as people need it. */
export function tookText(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return durationText(ms);
}

/** "0.001 %": as exact as small shares need it. */
export function percentText(share: number): string {
  return `${(share * 100).toLocaleString('en', { maximumSignificantDigits: 2 })} %`;
}

export function plural(count: number, one: string): string {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;
}

/** Whether a link may have this address: an address of the web, and not a script. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
