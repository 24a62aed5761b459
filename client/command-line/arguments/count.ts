import { UsageError } from '../usage-error.ts';

/** The value of an option that is a whole number from 1. Throws a UsageError. */
export function parseCount(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${option} must be a whole number from 1; received ${JSON.stringify(text)}`);
}

/** Items a second: `20`, `20/s` and `1200/m` are the same. Throws a UsageError. */
export function parseRate(text: string): number {
  const [, number = '', unit = 's'] = /^(\d{1,6}) ?(?:(?:\/|per ) ?(s|m|h)\w*)?$/.exec(text) ?? [];
  const rate = Math.round(Number(number) / { s: 1, m: 60, h: 3_600 }[unit as 's' | 'm' | 'h']);
  if (number !== '' && rate >= 1) return rate;
  throw new UsageError(`--rate must be items a second, such as 20 or 20/s; received ${JSON.stringify(text)}`);
}
