import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { withGeneratedParser } from '../../generated-parser.ts';
import { ItemRecord } from '../../model/item/item-record.ts';
import { Receipt } from '../../model/item/receipt.ts';
import { valuesOf } from '../attributes.ts';

/** An open item, or its receipt. */
export type Stored = ItemRecord | Receipt;

const OpenAttributes = withGeneratedParser(ItemRecord);
const ReceiptAttributes = withGeneratedParser(Receipt);

/** Throws if the attributes are not an open item. The error names paths, never values. */
export function parseRecord(attributes: Record<string, AttributeValue>): ItemRecord {
  return z.parse(OpenAttributes, valuesOf(attributes));
}

/** Throws if the attributes are neither an open item nor a receipt. */
export function parseStored(attributes: Record<string, AttributeValue>): Stored {
  return attributes.state?.S === 'completed'
    ? z.parse(ReceiptAttributes, valuesOf(attributes))
    : parseRecord(attributes);
}

export function storedOrError(attributes: Record<string, AttributeValue>): Stored | Error {
  try {
    return parseStored(attributes);
  } catch (error) {
    return error as Error;
  }
}
