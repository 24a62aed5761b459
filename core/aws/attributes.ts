import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/**
 * The values as DynamoDB stores them; undefined ones are left out. Callers choose the names of tags, and an object with a
 * tag `constructor` is an instance of no class.
 */
export function attributes(values: object): Record<string, AttributeValue> {
  return marshall(values, { removeUndefinedValues: true, convertClassInstanceToMap: true });
}

/** The values of stored attributes. */
export function valuesOf(stored: Record<string, AttributeValue>): Record<string, unknown> {
  return unmarshall(stored);
}
