import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/*
 * The SDK's own conversion (@aws-sdk/util-dynamodb) tries classes, sets and wrapped numbers before it comes to plain
 * values, which is an eighth of what a function adds to its calls. The records have plain values alone.
 */

/**
 * The values as DynamoDB stores them; undefined ones are left out. Throws for a number that JavaScript cannot represent
 * exactly, and for what is no text, number, boolean, null, bytes, list or object of these.
 */
export function attributes(values: object): Record<string, AttributeValue> {
  const stored: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) stored[name] = attribute(value);
  }
  return stored;
}

function attribute(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`${value} cannot be stored`);
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (value === null) return { NULL: true };
      if (value instanceof Uint8Array) return { B: value };
      if (!Array.isArray(value)) return { M: attributes(value) };
      return { L: value.filter((one) => one !== undefined).map(attribute) };
    default:
      throw new TypeError(`a ${typeof value} cannot be stored`);
  }
}

/** The values of stored attributes. Throws for a number or a type that the service never stores. */
export function valuesOf(stored: Record<string, AttributeValue>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name in stored) values[name] = valueIn(stored[name] as AttributeValue);
  return values;
}

function valueIn(stored: AttributeValue): unknown {
  if (stored.S !== undefined) return stored.S;
  if (stored.N !== undefined) return numberOf(stored.N);
  if (stored.BOOL !== undefined) return stored.BOOL;
  if (stored.M !== undefined) return valuesOf(stored.M);
  if (stored.L !== undefined) return stored.L.map(valueIn);
  if (stored.B !== undefined) return stored.B;
  if (stored.NULL !== undefined) return null;
  throw new TypeError(`an attribute is ${Object.keys(stored).join(', ')}, which is never stored`);
}

function numberOf(text: string): number {
  const number = Number(text);
  if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  throw new RangeError('a stored number is beyond those that are exact');
}
