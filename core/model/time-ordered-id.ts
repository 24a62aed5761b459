import { randomBytes } from 'node:crypto';

/** Ids in order of time: 9 characters of milliseconds and 11 random ones, all of 0–9 a–z. */
export function timeOrderedId(now: number): string {
  const random = BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(11, '0')
    .slice(-11);
  return now.toString(36).padStart(9, '0') + random;
}
