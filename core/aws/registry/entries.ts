import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { RegistryEnvironment } from '../../names/environment.ts';
import { attributes, valuesOf } from '../attributes.ts';
import type { Clients } from '../clients.ts';
import { type ConditionalUpdate, conditionExpression, updateExpression } from '../expression.ts';
import { unlessConditionLost } from '../lost-condition.ts';

export type Attributes = Record<string, AttributeValue>;
type Values = Record<string, unknown>;
export type Schema = z.core.$ZodType;

/**
 * The error of an entry that exists and cannot be read, in place of its record. It does not affect other entries (P8).
 */
export interface Unreadable {
  name: string;
  error: Error;
}

/** The registry table: small entries, each under its kind and name. */
export interface Entries {
  client: DynamoDBClient;
  table: string;
}

export function connectEntries({ REGISTRY_TABLE }: RegistryEnvironment, clients: Clients): Entries {
  return { client: clients.of(DynamoDBClient), table: REGISTRY_TABLE };
}

// Functions instead of methods: each Lambda function contains only the functions that it uses.

/** An entry in the form in which it is stored. Reads are consistent unless they say otherwise. */
export async function entryAttributes(
  entries: Entries,
  kind: string,
  name: string,
  isConsistent = true,
): Promise<Attributes | undefined> {
  const { Item } = await entries.client.send(
    new GetItemCommand({ ...targetOf(entries, kind, name), ConsistentRead: isConsistent }),
  );
  return Item;
}

/** The record, or its error if it cannot be read. */
export async function getEntry<Of extends Schema>(
  entries: Entries,
  schema: Of,
  kind: string,
  name: string,
  isConsistent = true,
): Promise<z.output<Of> | Unreadable | undefined> {
  const attributes = await entryAttributes(entries, kind, name, isConsistent);
  return attributes && recordOrUnreadable(schema, attributes);
}

/** The record, for callers that cannot work without it. Throws if it cannot be read. */
export async function readEntry<Of extends Schema>(
  entries: Entries,
  schema: Of,
  kind: string,
  name: string,
): Promise<z.output<Of> | undefined> {
  return readable(await getEntry(entries, schema, kind, name));
}

/** Writes a whole entry. False if a condition is not true. */
export async function putEntry<Entry extends { kind: string; name: string }>(
  entries: Entries,
  record: Entry,
  conditions: readonly string[] = [],
  values: Values = {},
): Promise<boolean> {
  const Item = attributes(record);
  const condition = conditionExpression(conditions, values);
  const put = new PutItemCommand({ TableName: entries.table, Item, ...condition });
  return (await unlessConditionLost(entries.client.send(put))) !== undefined;
}

/** Changes an entry, and creates it if it does not exist. False if a condition is not true. */
export async function updateEntry(
  entries: Entries,
  kind: string,
  name: string,
  update: ConditionalUpdate,
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const call = { ...targetOf(entries, kind, name), ...updateExpression(update) };
  const sent = entries.client.send(new UpdateItemCommand(call), abortSignal && { abortSignal });
  return (await unlessConditionLost(sent)) !== undefined;
}

/** The same, and returns the changed record. Undefined if a condition is not true. */
export async function updatedEntry<Of extends Schema>(
  entries: Entries,
  schema: Of,
  kind: string,
  name: string,
  update: ConditionalUpdate,
): Promise<z.output<Of> | undefined> {
  const call = { ...targetOf(entries, kind, name), ...updateExpression(update) };
  const sent = entries.client.send(new UpdateItemCommand({ ...call, ReturnValues: 'ALL_NEW' }));
  const reply = await unlessConditionLost(sent);
  return reply && z.parse(schema, valuesOf(reply.Attributes ?? {}));
}

/** Removes an entry. False if a condition is not true. */
export async function deleteEntry(
  entries: Entries,
  kind: string,
  name: string,
  conditions: readonly string[] = [],
  values: Values = {},
): Promise<boolean> {
  const call = { ...targetOf(entries, kind, name), ...conditionExpression(conditions, values) };
  return (await unlessConditionLost(entries.client.send(new DeleteItemCommand(call)))) !== undefined;
}

/** The record that was found. Throws if it cannot be read. */
export function readable<Found>(found: Found | Unreadable | undefined): Found | undefined {
  if (isUnreadable(found)) throw found.error;
  return found;
}

function isUnreadable(found: unknown): found is Unreadable {
  return typeof found === 'object' && found !== null && 'error' in found;
}

function targetOf({ table }: Entries, kind: string, name: string) {
  return { TableName: table, Key: keyOf(kind, name) };
}

export function keyOf(kind: string, name: string): Attributes {
  return { kind: { S: kind }, name: { S: name } };
}

export function recordOrUnreadable<Of extends Schema>(
  schema: Of,
  attributes: Attributes,
): z.output<Of> | Unreadable {
  try {
    return z.parse(schema, valuesOf(attributes));
  } catch (error) {
    return { name: String(attributes.name?.S), error: error as Error };
  }
}
