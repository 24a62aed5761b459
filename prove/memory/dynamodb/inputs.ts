import { invalid } from '../aws-error.ts';
import type { WithExpressions } from './expressions.ts';
import type { Attribute, Item } from './values.ts';

export interface Input extends WithExpressions {
  TableName?: string;
  Key?: Item;
  Item?: Record<string, Attribute>;
  ReturnValues?: string;
  ReturnValuesOnConditionCheckFailure?: string;
  ReturnConsumedCapacity?: string;
  ConsistentRead?: boolean;
  IndexName?: string;
  Select?: string;
  Limit?: number;
  ScanIndexForward?: boolean;
  ExclusiveStartKey?: Item;
  Segment?: number;
  TotalSegments?: number;
}

const names = ['ExpressionAttributeNames'];
const values = ['ExpressionAttributeValues'];
const conditional = [
  'ConditionExpression',
  ...names,
  ...values,
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
  'ReturnConsumedCapacity',
];
const page = [
  ...['IndexName', 'Select', 'Limit', 'ExclusiveStartKey', 'ConsistentRead'],
  ...['FilterExpression', 'ProjectionExpression', ...names, ...values],
];

/** The members of each operation that are known here. The legacy ones and the capacities of reads are not. */
const members: Record<string, readonly string[]> = {
  GetItem: ['TableName', 'Key', 'ConsistentRead', 'ProjectionExpression', ...names],
  PutItem: ['TableName', 'Item', ...conditional],
  DeleteItem: ['TableName', 'Key', ...conditional],
  UpdateItem: ['TableName', 'Key', 'UpdateExpression', ...conditional],
  Query: ['TableName', 'KeyConditionExpression', 'ScanIndexForward', ...page],
  Scan: ['TableName', 'Segment', 'TotalSegments', ...page],
  BatchGetItem: ['RequestItems'],
  BatchWriteItem: ['RequestItems'],
};

/** Throws for a member that would be ignored: otherwise nobody would notice that the real service does more. */
export function checkMembers(operation: string, input: object): void {
  const known = members[operation];
  if (!known) return;
  for (const name in input) {
    if (!known.includes(name)) throw invalid(`${operation} in memory does not know ${name}`);
  }
}

/** Throws if names or values are there without an expression that could use them. */
export function checkExpressionMembers(input: Input, expressions: readonly (keyof Input)[]): void {
  const given = expressions.filter((name) => input[name] !== undefined);
  if (input.ExpressionAttributeNames && given.length === 0) {
    throw invalid('ExpressionAttributeNames can only be specified when using expressions');
  }
  const withValues = expressions.filter((name) => name !== 'ProjectionExpression');
  if (input.ExpressionAttributeValues && !withValues.some((name) => input[name] !== undefined)) {
    throw invalid(
      `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(' and ')} are null`,
    );
  }
}

export function oneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    throw invalid(
      `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ` +
        `Member must satisfy enum value set: [${allowed.join(', ')}]`,
    );
  }
}

export function required<Value>(name: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}
