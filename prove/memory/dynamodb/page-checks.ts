import { invalid } from '../aws-error.ts';
import { checkValues } from './check-value.ts';
import { database, type KeyCondition, refuse, refuseInvalid } from './dynalite.ts';
import { type Expressions, expressionsOf } from './expressions.ts';
import { type Input, oneOf } from './inputs.ts';
import { type KeyNames, rangeOf } from './places.ts';
import type { Rows } from './rows.ts';
import type { Table } from './table.ts';
import type { Attribute, Item } from './values.ts';

const selects = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'];

/** The source of a read: a table, or one of its indexes. */
export interface Source {
  table: Table;
  rows: Rows;
  keys: KeyNames;
  /** The names of the keys that a page ends with. */
  startKeys: string[];
  index?: string;
}

export function checkedQuery(input: Input): Expressions & { conditions: Record<string, KeyCondition> } {
  checkPage(input);
  const { keyConditions: conditions, ...expressions } = expressionsOf(input);
  if (!conditions) {
    throw invalid(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const count = Object.keys(conditions).length;
  if (count !== 1 && count !== 2) throw invalid('Conditions can be of length 1 or 2 only');
  return { ...expressions, conditions };
}

export function checkedScan(input: Input): Expressions {
  checkPage(input);
  const { Segment, TotalSegments } = input;
  if ((Segment === undefined) !== (TotalSegments === undefined)) {
    throw invalid('Segment and TotalSegments are required together');
  }
  if (Segment !== undefined && Segment >= (TotalSegments ?? 0)) {
    throw invalid('The Segment parameter is zero-based and must be less than parameter TotalSegments');
  }
  return expressionsOf(input);
}

function checkPage({ Limit, Select, ExclusiveStartKey }: Input): void {
  oneOf('select', Select, selects);
  if (Limit !== undefined && Limit < 1) {
    throw invalid(`Value '${Limit}' at 'limit' failed to satisfy constraint: Member must be at least 1`);
  }
  if (ExclusiveStartKey) refuseInvalid(checkValues(ExclusiveStartKey));
}

export function checkKeyConditions({ table, keys }: Source, conditions: Record<string, KeyCondition>): void {
  const { hash, sort } = keys;
  const names = Object.keys(conditions);
  if (!conditions[hash]) throw invalid(`Query condition missed key schema element: ${hash}`);
  if (conditions[hash]?.ComparisonOperator !== 'EQ') throw invalid('Query key condition not supported');
  if (names.length > 1 && (sort === undefined || !conditions[sort])) {
    throw invalid(`Query condition missed key schema element: ${sort}`);
  }
  for (const name of names) {
    const type = typeOfKey(table, name);
    const values = conditions[name]?.AttributeValueList.map((value) => value[type]) ?? [];
    if (values.includes(undefined)) {
      throw invalid(
        'One or more parameter values were invalid: Condition parameter type does not match schema type',
      );
    }
    if (values.includes('')) {
      throw invalid(
        `The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      );
    }
  }
}

export function checkStartLength(start: Item | undefined, names: readonly string[]): void {
  if (start && Object.keys(start).length !== names.length) throw invalidStart();
}

const invalidStart = () => invalid('The provided starting key is invalid');

/** Throws unless the key can be the last one of a page of this query. */
export function checkStart(source: Source, start: Item, conditions: Record<string, KeyCondition>): void {
  for (const name of source.startKeys) {
    if (start[name]?.[typeOfKey(source.table, name)] === undefined) throw invalidStart();
  }
  for (const [at, name] of namesOf(source.keys).entries()) {
    refuse(database.validateKeyPiece(start, name, typeOfKey(source.table, name), at === 0));
  }
  source.table.checkKey(pick(start, namesOf(source.table.keys)));
  for (const [name, { ComparisonOperator, AttributeValueList }] of Object.entries(conditions)) {
    const { from, until } = rangeOf(ComparisonOperator, AttributeValueList);
    const place = `${database.toRangeStr(start[name] as Attribute)}/`;
    if (place < from || (until !== undefined && place >= until)) {
      throw invalid('The provided starting key is outside query boundaries based on provided conditions');
    }
  }
}

/** Throws if a path goes into a key, or names an attribute that the index does not have. */
export function checkPaths({ table, index }: Source, { filter, projection }: Expressions): void {
  refuse(database.validateKeyPaths(projection?.nestedPaths, table.schema));
  refuse(database.validateKeyPaths(filter?.nestedPaths, table.schema));
  if (index === undefined) return;
  const names = [
    ...Object.keys(filter?.pathHeads ?? {}),
    ...(projection?.paths ?? []).map(([name]) => String(name)),
  ];
  const missing = names.filter((name) => !table.index(index).has(name));
  if (missing.length > 0)
    throw invalid(`Global secondary index ${index} does not project [${missing.join(', ')}]`);
}

export function namesOf({ hash, sort }: KeyNames): string[] {
  return sort === undefined ? [hash] : [hash, sort];
}

export function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
}

function typeOfKey({ schema }: Table, name: string): 'S' | 'N' | 'B' {
  return schema.AttributeDefinitions.find((one) => one.AttributeName === name)?.AttributeType ?? 'S';
}
