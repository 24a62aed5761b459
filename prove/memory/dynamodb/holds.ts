import { database, type Expression, type Operand, type Path } from './dynalite.ts';
import { isValue } from './expressions.ts';
import type { Attribute, Item } from './values.ts';

const orders: Record<string, (order: number) => boolean> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/**
 * Whether a condition holds for an item. Texts are in order of their bytes, as in DynamoDB. dynalite, which decides
 * everything else, orders texts by UTF-16.
 */
export function holds(expression: Expression, item: Item): boolean {
  const { type, args } = expression;
  if (type === 'and') return (args as Expression[]).every((one) => holds(one, item));
  if (type === 'or') return (args as Expression[]).some((one) => holds(one, item));
  if (type === 'not') return !holds(args[0] as Expression, item);
  const texts = type === 'between' || orders[type] ? textsOf(args as Operand[], item) : undefined;
  if (!texts) return database.matchesExprFilter(item, expression);
  const [one = '', low = '', high = ''] = texts;
  if (type === 'between') return compareBytes(one, low) >= 0 && compareBytes(one, high) <= 0;
  return orders[type]?.(compareBytes(one, low)) ?? false;
}

/** Undefined unless all operands are texts, and one has characters whose order differs. */
function textsOf(operands: readonly Operand[], item: Item): string[] | undefined {
  const texts = operands.map((one) => textOf(one, item));
  return texts.every((text) => text !== undefined) && texts.some((text) => /[\ud800-\udfff]/.test(text))
    ? texts
    : undefined;
}

function textOf(operand: Operand, item: Item): string | undefined {
  if (isValue(operand)) return operand.S;
  return Array.isArray(operand)
    ? (database.mapPath(operand as Path, item) as Attribute | undefined)?.S
    : undefined;
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
