import databases from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import { AwsError, invalid } from '../aws-error.ts';
import type { Attribute, Item } from './values.ts';

/*
 * The parts of dynalite that are pure functions: its parsers of expressions with all their checks, and its comparisons.
 * Its actions are not used: each call of them takes ten asynchronous steps through a store.
 */

/** A name or the index of a list, from the item down. */
export type Path = readonly (string | number)[];

export type Operand = Path | Attribute | FunctionCall;

interface FunctionCall {
  type: 'function' | 'add' | 'subtract';
  name?: string;
  args: Operand[];
}

export interface Expression {
  type: string;
  args: readonly (Operand | Expression)[];
}

export interface Action {
  type: 'set' | 'remove' | 'add' | 'delete';
  path: Path;
  val: Operand;
  attrType?: string;
}

interface Paths {
  nestedPaths: Record<string, true>;
}

export interface Condition extends Paths {
  expression: Expression;
  /** The attributes that it names, outermost. */
  pathHeads: Record<string, true>;
}

export interface Projection extends Paths {
  paths: Path[];
}

export interface Updates extends Paths {
  sections: Action[];
  paths: Path[];
}

export interface KeyCondition {
  ComparisonOperator: string;
  AttributeValueList: Attribute[];
}

export interface TableSchema {
  TableName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  GlobalSecondaryIndexes?: IndexSchema[];
}

export interface IndexSchema {
  IndexName: string;
  KeySchema: TableSchema['KeySchema'];
  Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
}

type Refusal = { body: { __type: string; message: string } } | null | undefined;

interface Database {
  validateKey(key: Item, table: TableSchema): Refusal;
  validateKeyPiece(key: Item, name: string, type: string, isHash: boolean): Refusal;
  validateItem(item: Item, table: TableSchema): Refusal;
  validateUpdates(none: undefined, updates: Updates | undefined, table: TableSchema): Refusal;
  validateKeyPaths(nested: Record<string, true> | undefined, table: TableSchema): Refusal;
  matchesExprFilter(item: Item, expression: Expression): boolean;
  compare(operator: string, value: Attribute | undefined, others: readonly Attribute[]): boolean;
  mapPath(path: Path, item: Item): Attribute | undefined;
  mapPaths(paths: readonly Path[], item: Item): Record<string, Attribute>;
  toRangeStr(value: Attribute): string;
  hashPrefix(hash: string, hashType: string, range?: string, rangeType?: string): string;
  itemSize(item: Item, compress: boolean, addMeta: boolean, rangeKey: string | undefined): number;
}

export interface Parsed {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, Attribute>;
  _updates?: Updates;
  _condition?: Condition;
  _keyCondition?: Condition;
  _filter?: Condition;
  _projection?: Projection;
}

interface Validations {
  /** Returns the reason if the expressions are refused; otherwise adds the parsed expressions. */
  validateExpressions(data: object & Parsed): string | undefined;
  validateAttributeValue(value: Attribute): string | undefined;
  validateConditions(conditions: Record<string, KeyCondition>): string | undefined;
  convertKeyCondition(expression: Expression): Record<string, KeyCondition> | string;
}

export const database = databases as unknown as Database;
export const { validateExpressions, validateAttributeValue, validateConditions, convertKeyCondition } =
  validations as unknown as Validations;

/** Throws what dynalite refuses. */
export function refuse(refusal: Refusal): void {
  if (!refusal) return;
  const { __type, message } = refusal.body;
  throw new AwsError(__type.slice(__type.indexOf('#') + 1), message);
}

/** Throws the message, if there is one. */
export function refuseInvalid(message: string | null | undefined): void {
  if (message) throw invalid(message);
}
