import { attributes } from './attributes.ts';

export interface ConditionalUpdate {
  /** Attributes to set. Undefined values stay unchanged. */
  set: Record<string, unknown>;
  /** Conditions, all of which must hold, in terms of #attribute and :value names. */
  conditions: readonly string[];
  /** Values in the conditions, without the colon. */
  values?: Record<string, unknown>;
  /** Further SET actions, such as an increment or an append. */
  actions?: readonly string[];
  /** Attributes to remove. */
  remove?: readonly string[];
}

/** The expressions of a conditional UpdateItem. Every attribute is aliased, so reserved words do no harm. */
export function updateExpression(update: ConditionalUpdate) {
  const set = Object.entries(update.set).filter(([, value]) => value !== undefined);
  const assignments = [...set.map(([name]) => `#${name} = :set_${name}`), ...(update.actions ?? [])];
  const removals = (update.remove ?? []).map((name) => `#${name}`);
  const UpdateExpression = [
    ...(assignments.length > 0 ? [`SET ${assignments.join(', ')}`] : []),
    ...(removals.length > 0 ? [`REMOVE ${removals.join(', ')}`] : []),
  ].join(' ');
  const values = {
    ...update.values,
    ...Object.fromEntries(set.map(([name, value]) => [`set_${name}`, value])),
  };
  return {
    UpdateExpression,
    ...conditionExpression(update.conditions, values),
    ExpressionAttributeNames: aliases(UpdateExpression, ...update.conditions),
  };
}

/** A ConditionExpression in which all `conditions` must hold, with its names and values. */
export function conditionExpression(conditions: readonly string[], values: Record<string, unknown> = {}) {
  const named = Object.entries(values).map(([name, value]) => [`:${name}`, value]);
  return {
    ...(conditions.length > 0 && {
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: aliases(...conditions),
    }),
    ...(named.length > 0 && { ExpressionAttributeValues: attributes(Object.fromEntries(named)) }),
  };
}

/** The names in an expression: nearly all calls of a function have one of a few expressions, with other values. */
const namesIn = new Map<string, readonly string[]>();
const mostExpressions = 256;

function aliases(...expressions: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const expression of expressions) {
    let names = namesIn.get(expression);
    if (names === undefined) {
      names = expression.match(/#[a-zA-Z]\w*/g) ?? [];
      if (namesIn.size >= mostExpressions) namesIn.clear();
      namesIn.set(expression, names);
    }
    for (const name of names) found[name] = name.slice(1);
  }
  return found;
}
