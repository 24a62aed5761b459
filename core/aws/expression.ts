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
export function updateExpression({
  set,
  conditions,
  values = {},
  actions = [],
  remove = [],
}: ConditionalUpdate) {
  const assignments: string[] = [];
  const named = { ...values };
  for (const name in set) {
    if (set[name] === undefined) continue;
    assignments.push(`#${name} = :set_${name}`);
    named[`set_${name}`] = set[name];
  }
  assignments.push(...actions);
  const setting = assignments.length > 0 ? `SET ${assignments.join(', ')}` : '';
  const removing = remove.length > 0 ? `REMOVE #${remove.join(', #')}` : '';
  const UpdateExpression = setting && removing ? `${setting} ${removing}` : setting + removing;
  const ConditionExpression = conditions.join(' AND ');
  return {
    UpdateExpression,
    ...(ConditionExpression !== '' && { ConditionExpression }),
    ExpressionAttributeNames: aliases(`${UpdateExpression} ${ConditionExpression}`),
    ...valuesIn(named),
  };
}

/** A ConditionExpression in which all `conditions` must hold, with its names and values. */
export function conditionExpression(conditions: readonly string[], values: Record<string, unknown> = {}) {
  const ConditionExpression = conditions.join(' AND ');
  return {
    ...(ConditionExpression !== '' && {
      ConditionExpression,
      ExpressionAttributeNames: aliases(ConditionExpression),
    }),
    ...valuesIn(values),
  };
}

function valuesIn(values: Record<string, unknown>) {
  const named: Record<string, unknown> = {};
  for (const name in values) named[`:${name}`] = values[name];
  const ExpressionAttributeValues = attributes(named);
  return Object.keys(ExpressionAttributeValues).length > 0 ? { ExpressionAttributeValues } : {};
}

/** The names in expressions: nearly all calls of a function have one of a few expressions, with other values. */
const namesIn = new Map<string, Readonly<Record<string, string>>>();
const mostExpressions = 256;

function aliases(expression: string): Record<string, string> {
  const known = namesIn.get(expression);
  if (known !== undefined) return { ...known };
  const names = expression.match(/#[a-zA-Z]\w*/g) ?? [];
  const found = Object.fromEntries(names.map((name) => [name, name.slice(1)]));
  if (namesIn.size >= mostExpressions) namesIn.clear();
  namesIn.set(expression, found);
  return { ...found };
}
