import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { ItemRecord } from '../../model/item/item-record.ts';
import { Receipt } from '../../model/item/receipt.ts';
import { valuesOf } from '../attributes.ts';

/** An open item, or its receipt. */
export type Stored = ItemRecord | Receipt;

/** Throws if the attributes are not an open item. The error names paths, never values. */
export function parseRecord(attributes: Record<string, AttributeValue>): ItemRecord {
  return z.parse(ItemRecord, valuesOf(attributes));
}

/** Throws if the attributes are neither an open item nor a receipt. */
export function parseStored(attributes: Record<string, AttributeValue>): Stored {
  return attributes.state?.S === 'completed'
    ? z.parse(Receipt, valuesOf(attributes))
    : parseRecord(attributes);
}

export function storedOrError(attributes: Record<string, AttributeValue>): Stored | Error {
  try {
    return parseStored(attributes);
  } catch (error) {
    return error as Error;
  }
}
