import { durationText } from '../../contract/duration-text.ts';
import type { RegisterRequest } from '../../contract/registration.ts';

/** A longer timeout in plain seconds may be meant as milliseconds. */
const longSeconds = 7 * 86_400;

/** A hint for a timeout that is valid but may be a mistake: 900000 seconds are ten days. */
export function timeoutHint({ timeout }: Pick<RegisterRequest, 'timeout'>): string | undefined {
  if (typeof timeout !== 'number' || timeout <= longSeconds) return undefined;
  return `timeout is in seconds: ${timeout} are ${durationText(timeout * 1000)}`;
}
