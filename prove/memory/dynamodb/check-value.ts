import { validateAttributeValue } from './dynalite.ts';
import type { Attribute } from './values.ts';

const plainNumber = /^(?:0|-?[1-9]\d{0,30})$/;

/** Why DynamoDB refuses the value; undefined if it accepts it. Numbers get the form in which DynamoDB returns them. */
export function checkValue(value: Attribute): string | undefined {
  // Nearly all values are of these types, and need nothing more.
  const members = Object.keys(value);
  if (members.length === 1) {
    if (value.S !== undefined || value.BOOL !== undefined) return undefined;
    if (value.N !== undefined && plainNumber.test(value.N)) return undefined;
    if (value.L) return firstRefusal(value.L);
    if (value.M) return firstRefusal(Object.values(value.M));
  }
  return validateAttributeValue(value);
}

/** The same for the values of an item or a key. */
export function checkValues(item: Readonly<Record<string, Attribute>>): string | undefined {
  for (const name in item) {
    const refusal = checkValue(item[name] as Attribute);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function firstRefusal(values: readonly Attribute[]): string | undefined {
  for (const value of values) {
    const refusal = checkValue(value);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
