import { checkValue } from './check-value.ts';
import { refuseInvalid } from './dynalite.ts';

const safe = /^-?\d{1,15}$/;

/** The sum, or the difference, of two numbers as DynamoDB stores them. Throws if it has more than 38 digits. */
export function addNumbers(one: string, other: string, sign: 1 | -1 = 1): string {
  if (safe.test(one) && safe.test(other)) return String(Number(one) + sign * Number(other));
  const places = Math.max(placesOf(one), placesOf(other));
  const sum = scaled(one, places) + BigInt(sign) * scaled(other, places);
  const result = { N: unscaled(sum, places) };
  refuseInvalid(checkValue(result));
  return result.N;
}

function placesOf(number: string): number {
  const point = number.indexOf('.');
  return point < 0 ? 0 : number.length - point - 1;
}

function scaled(number: string, places: number): bigint {
  return BigInt(number.replace('.', '') + '0'.repeat(places - placesOf(number)));
}

function unscaled(number: bigint, places: number): string {
  const digits = String(number < 0n ? -number : number).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${number < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
