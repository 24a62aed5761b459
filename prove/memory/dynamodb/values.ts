/** An attribute as on the wire: exactly one member. B is base64. */
export interface Attribute {
  S?: string;
  N?: string;
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: Attribute[];
  M?: Record<string, Attribute>;
}

/** Stored items are never changed in place: replies and indexes share them. */
export type Item = Readonly<Record<string, Attribute>>;

/** The most bytes of an item: names and values in UTF-8. */
export const mostItemBytes = 400 * 1024;

/**
 * The bytes that count for limits
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name in item) bytes += textBytes(name) + attributeBytes(item[name] as Attribute);
  return bytes;
}

function attributeBytes(value: Attribute): number {
  if (value.S !== undefined) return textBytes(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.M) {
    const bytes = Object.keys(value.M).length + 3;
    return bytes + itemBytes(value.M);
  }
  if (value.L) return value.L.reduce((bytes, one) => bytes + 1 + attributeBytes(one), 3);
  if (value.SS) return value.SS.reduce((bytes, one) => bytes + textBytes(one), 0);
  if (value.NS) return value.NS.reduce((bytes, one) => bytes + numberBytes(one), 0);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.BS) return value.BS.reduce((bytes, one) => bytes + Buffer.byteLength(one, 'base64'), 0);
  return 1;
}

function textBytes(text: string): number {
  return Buffer.byteLength(text);
}

/** Two digits take a byte, exponent and sign another two. DynamoDB calls this an approximation, too. */
function numberBytes(number: string): number {
  return Math.ceil(number.replace(/[-.]|^0+|0+$/g, '').length / 2) + (number.startsWith('-') ? 2 : 1);
}
