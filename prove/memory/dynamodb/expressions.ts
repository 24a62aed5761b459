import { invalid } from '../aws-error.ts';
import { checkValue } from './check-value.ts';
import {
  type Condition,
  convertKeyCondition,
  database,
  type Expression,
  type KeyCondition,
  type Operand,
  type Parsed,
  type Projection,
  refuseInvalid,
  type Updates,
  validateConditions,
  validateExpressions,
} from './dynalite.ts';
import type { Attribute } from './values.ts';

const texts = [
  'UpdateExpression',
  'ConditionExpression',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
] as const;

export interface WithExpressions
  extends Partial<Record<(typeof texts)[number], string>>,
    Pick<Parsed, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {}

/** The expressions of a call, with its values in them. They hold until the next call with the same expressions. */
export interface Expressions {
  updates?: Updates | undefined;
  condition?: Condition | undefined;
  /** By the name of the key. */
  keyConditions?: Record<string, KeyCondition> | undefined;
  filter?: Condition | undefined;
  projection?: Projection | undefined;
}

interface Prepared extends Expressions {
  /** The values in the expressions, by their names: each call puts its own in. */
  slots: Record<string, Attribute>;
  betweens: [Attribute, Attribute][];
}

/** A parse takes a millisecond, and a program has few expressions. */
const prepared = new Map<string, Prepared>();
const mostPrepared = 10_000;

/**
 * The expressions of a call. Throws a ValidationException for everything that DynamoDB refuses, such as a syntax error,
 * a reserved word, an operand of a wrong type, or a name or value that no expression uses.
 */
export function expressionsOf(input: WithExpressions): Expressions {
  const { ExpressionAttributeValues: values = {} } = input;
  for (const name in values) {
    const refusal = checkValue(values[name] as Attribute);
    refuseInvalid(refusal && `ExpressionAttributeValues contains invalid value: ${refusal} for key ${name}`);
  }
  const shape = shapeOf(input);
  let found = prepared.get(shape);
  if (found) fill(found, values);
  else {
    found = prepare(input);
    if (prepared.size >= mostPrepared) prepared.clear();
    // The operand of attribute_type is checked by its value.
    if (!shape.includes('attribute_type')) prepared.set(shape, found);
  }
  if (found.keyConditions) refuseInvalid(validateConditions(found.keyConditions));
  for (const [low, high] of found.betweens) refuseInvalid(boundsRefusal(low, high));
  return found;
}

/** Calls of one shape differ in the contents of their values alone. */
function shapeOf(input: WithExpressions): string {
  let shape = '';
  for (const text of texts) shape += `${input[text] ?? ''}\n`;
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  for (const name in names) shape += `${name}\t${names[name]}\n`;
  shape += names ? '\n' : '-';
  for (const name in values) shape += `${name}\t${typeOf(values[name] as Attribute)}\n`;
  return values ? shape : `${shape}-`;
}

/**
 * Throws if the expressions are refused. Refusals are not remembered: whether bounds are in order depends on the
 * values.
 */
function prepare(input: WithExpressions): Prepared {
  const data: WithExpressions & Parsed = { ...input };
  refuseInvalid(validateExpressions(data));
  for (const condition of [data._condition, data._filter]) checkOrdered(condition?.expression);
  const keyConditions = data._keyCondition && convertKeyCondition(data._keyCondition.expression);
  if (typeof keyConditions === 'string') throw invalid(keyConditions);
  return {
    slots: input.ExpressionAttributeValues ?? {},
    updates: data._updates,
    condition: data._condition,
    keyConditions,
    filter: data._filter,
    projection: data._projection,
    betweens: [data._condition, data._filter].flatMap((one) => (one ? betweensOf(one.expression) : [])),
  };
}

/** The slots are of the same types, by the shape: thus only their contents change. */
function fill({ slots }: Prepared, values: Record<string, Attribute>): void {
  for (const name in slots) Object.assign(slots[name] as Attribute, values[name]);
}

/** The bounds of each BETWEEN whose bounds are both values. */
function betweensOf({ type, args }: Expression): [Attribute, Attribute][] {
  if (type === 'between') {
    const [, low, high] = args as Operand[];
    return isValue(low) && isValue(high) ? [[low, high]] : [];
  }
  return args.flatMap((one) => ('args' in one ? betweensOf(one as Expression) : []));
}

/** Throws if values of a type without an order are compared, which dynalite accepts. */
function checkOrdered(expression: Expression | undefined): void {
  for (const one of expression?.args ?? []) if ('args' in one) checkOrdered(one as Expression);
  if (!expression || !/^[<>]=?$|^between$/.test(expression.type)) return;
  for (const one of expression.args as Operand[]) {
    if (!isValue(one) || one.S !== undefined || one.N !== undefined || one.B !== undefined) continue;
    throw invalid(
      `Incorrect operand type for operator or function; operator or function: ${expression.type}, ` +
        `operand type: ${typeOf(one)}`,
    );
  }
}

function boundsRefusal(low: Attribute, high: Attribute): string | undefined {
  return database.compare('GT', low, [high])
    ? 'The BETWEEN operator requires upper bound to be greater than or equal to lower bound'
    : undefined;
}

export function isValue(operand: Operand | undefined): operand is Attribute {
  return operand !== undefined && !Array.isArray(operand) && !('type' in operand);
}

function typeOf(value: Attribute): string {
  for (const type in value) return type;
  return '';
}
