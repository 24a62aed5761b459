import { AwsError, invalid } from '../aws-error.ts';
import { applyUpdates } from './apply-updates.ts';
import { checkValues } from './check-value.ts';
import { database, refuse, refuseInvalid } from './dynalite.ts';
import { type Expressions, expressionsOf } from './expressions.ts';
import { holds } from './holds.ts';
import { checkExpressionMembers, type Input, oneOf, required } from './inputs.ts';
import type { Table, Tables } from './table.ts';
import { type Item, itemBytes, mostItemBytes } from './values.ts';

const returnValues = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'];

/** The operations on one item. Each is atomic: nothing here waits. */
export class SingleItems {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  get(input: Input): object {
    checkExpressionMembers(input, ['ProjectionExpression']);
    const key = checkedKey(input);
    const { projection } = expressionsOf(input);
    const table = this.#tables.get(input.TableName);
    table.checkKey(key);
    refuse(database.validateKeyPaths(projection?.nestedPaths, table.schema));
    const found = table.get(key);
    return { Item: found && projection ? database.mapPaths(projection.paths, found) : found };
  }

  put(input: Input): object {
    checkExpressionMembers(input, ['ConditionExpression']);
    const item = required('item', input.Item);
    refuseInvalid(checkValues(item));
    checkOldValues(input);
    checkSize(item, 'Item size has exceeded the maximum allowed size');
    const { condition } = expressionsOf(input);
    const table = this.#tables.get(input.TableName);
    refuse(database.validateItem(item, table.schema));
    const before = table.get(item);
    check(condition, before, input);
    table.put(item, before);
    const Attributes = input.ReturnValues === 'ALL_OLD' ? before : undefined;
    return { Attributes, ConsumedCapacity: consumed(input, table, before, item) };
  }

  delete(input: Input): object {
    checkExpressionMembers(input, ['ConditionExpression']);
    const key = checkedKey(input);
    checkOldValues(input);
    const { condition } = expressionsOf(input);
    const table = this.#tables.get(input.TableName);
    table.checkKey(key);
    const before = table.get(key);
    check(condition, before, input);
    if (before) table.delete(before);
    const Attributes = input.ReturnValues === 'ALL_OLD' ? before : undefined;
    return { Attributes, ConsumedCapacity: consumed(input, table, before, undefined) };
  }

  update(input: Input): object {
    checkExpressionMembers(input, ['UpdateExpression', 'ConditionExpression']);
    const key = checkedKey(input);
    oneOf('returnValues', input.ReturnValues, returnValues);
    const { updates, condition } = expressionsOf(input);
    const table = this.#tables.get(input.TableName);
    table.checkKey(key);
    refuse(database.validateUpdates(undefined, updates, table.schema));
    const before = table.get(key);
    check(condition, before, input);
    const after = applyUpdates(updates?.sections ?? [], before ?? key, table.schema);
    checkSize(after, 'Item size to update has exceeded the maximum allowed size');
    table.put(after, before);
    const Attributes = returned(input.ReturnValues, { before, after }, updates);
    return { Attributes, ConsumedCapacity: consumed(input, table, before, after) };
  }
}

/** The units of a write in the table and its indexes, if they are asked for. */
function consumed(
  { TableName, ReturnConsumedCapacity }: Input,
  table: Table,
  before: Item | undefined,
  after: Item | undefined,
): object | undefined {
  oneOf('returnConsumedCapacity', ReturnConsumedCapacity, ['TOTAL', 'NONE']);
  if (ReturnConsumedCapacity !== 'TOTAL') return undefined;
  return { TableName, CapacityUnits: table.writeUnits(before, after) };
}

/** Writes an item that was checked, without a condition. */
export function putUnconditionally(table: Table, item: Item): void {
  table.put(item, table.get(item));
}

export function checkSize(item: Item, message: string): void {
  if (itemBytes(item) > mostItemBytes) throw invalid(message);
}

function checkedKey(input: Input): Item {
  const key = required('key', input.Key);
  refuseInvalid(checkValues(key));
  return key;
}

function checkOldValues({ ReturnValues }: Input): void {
  oneOf('returnValues', ReturnValues, returnValues);
  if (ReturnValues !== undefined && ReturnValues !== 'ALL_OLD' && ReturnValues !== 'NONE') {
    throw invalid('ReturnValues can only be ALL_OLD or NONE');
  }
}

/** Throws a ConditionalCheckFailedException, with the item if it was asked for, if the condition does not hold. */
function check(condition: Expressions['condition'], item: Item | undefined, input: Input): void {
  const { ReturnValuesOnConditionCheckFailure: onFailure } = input;
  oneOf('returnValuesOnConditionCheckFailure', onFailure, ['ALL_OLD', 'NONE']);
  if (!condition || holds(condition.expression, item ?? {})) return;
  const Item = onFailure === 'ALL_OLD' ? item : undefined;
  throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, { Item });
}

function returned(
  which: string | undefined,
  { before, after }: { before: Item | undefined; after: Item },
  updates: Expressions['updates'],
): Item | undefined {
  if (which === 'ALL_NEW') return after;
  if (which === 'ALL_OLD') return before;
  if (which === 'UPDATED_NEW') return database.mapPaths(updates?.paths ?? [], after);
  if (which === 'UPDATED_OLD') return before && database.mapPaths(updates?.paths ?? [], before);
  return undefined;
}
