import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { ordered, value } from './random-item.ts';

/*
 * Expressions that are right for some values, and some that are wrong for all. Not those whose treatment differs from one
 * engine to another (docs/adr/0041): test/prove/memory/dynamodb.test.ts has what DynamoDB does with them.
 */

const conditions = [
  'attribute_exists(#n)',
  'attribute_not_exists(pk)',
  'attribute_not_exists(#m.x) OR #n <= :v',
  '#n = :v',
  '#s <> :v AND NOT #n < :w',
  '#n BETWEEN :v AND :w',
  '#s IN (:v, :w)',
  'contains(#l, :v)',
  'contains(#ss, :v)',
  'begins_with(#s, :v)',
  'size(#l) >= :v',
  'attribute_type(#s, :v)',
  '(attribute_exists(#s) AND #n > :v) OR #l[0] = :w',
  'name = :v',
  '#n == :v',
  '#n = :missing',
  '#missing = :v',
];

const updates = [
  'SET #n = #n + :v',
  'SET #n = if_not_exists(#n, :v) - :w',
  'SET #s = :v, #n = :w',
  'SET #l = list_append(#l, :v)',
  'SET #l = list_append(if_not_exists(#l, :v), :w)',
  'SET #m.x = :v',
  'SET #m.x = #m.y',
  'SET #l[0] = :v, #l[7] = :w',
  'SET #s = #n, #n = #s',
  'REMOVE #s, #m.x',
  'REMOVE #l[0]',
  'REMOVE gs',
  'SET gh = :g',
  'ADD #n :v',
  'ADD #ss :v',
  'DELETE #ss :v',
  'SET #s = :v REMOVE #n ADD #ss :w',
  'SET #n = :v, #n = :w',
  'SET #m = :v, #m.x = :w',
  'SET name = :v',
  'SET #n :v',
];

const projections = ['pk, sk, #n', '#m.x, #l[0]', '#s', 'pk.x', 'pk, pk', 'sk, timestamp'];

/** Expressions of a call with the names and values that they use. */
export interface Expressions {
  ConditionExpression?: string;
  FilterExpression?: string;
  UpdateExpression?: string;
  ProjectionExpression?: string;
  KeyConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

type Kind = 'ConditionExpression' | 'FilterExpression' | 'UpdateExpression' | 'ProjectionExpression';

export const condition = fc.constantFrom(...conditions);
/** Of attributes that the index has. */
export const indexCondition = fc.constantFrom(...conditions.filter((text) => !/#[mls]/.test(text)));
export const indexProjection = fc.constantFrom('pk, sk, #n', 'extra', 'gs.x', 'pk, pk');
export const update = fc.constantFrom(...updates);
export const projection = fc.constantFrom(...projections);

/** Adds the names and values that the texts use, and now and then one that they do not. */
export function expressions(
  texts: Partial<Record<Kind, fc.Arbitrary<string | undefined>>>,
  fixed: Pick<Expressions, 'KeyConditionExpression' | 'ExpressionAttributeValues'> = {},
): fc.Arbitrary<Expressions> {
  const unused = fc.integer({ max: 29, min: 0 }).map((drawn) => drawn === 0);
  return fc
    .tuple(fc.record(texts), valuesOf(value), valuesOf(ordered), unused)
    .map(([drawn, any, inOrder, isOneUnused]) => {
      const given = Object.fromEntries(Object.entries(drawn).filter(([, text]) => text !== undefined));
      const text = Object.values(given).join(' ');
      // Lists in `IN` are equal in DynamoDB Local, and never in dynalite.
      const values = { ...(/[<>]|BETWEEN|IN \(/.test(text) ? inOrder : any), ':g': { S: 'h' } };
      const names = [...new Set(text.match(/#(?!missing)\w+/g) ?? [])].map((name) => [name, name.slice(1)]);
      const used = Object.entries(values).filter(([name]) => text.includes(name));
      const all = {
        ...Object.fromEntries(used),
        ...fixed.ExpressionAttributeValues,
        ...(isOneUnused && { ':unused': { S: 'u' } }),
      };
      return {
        ...fixed,
        ...given,
        ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
        ...(Object.keys(all).length > 0 && { ExpressionAttributeValues: all }),
      };
    });
}

const valuesOf = (one: fc.Arbitrary<AttributeValue>) => fc.record({ ':v': one, ':w': one });

export const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });
