/** The parts of a CloudFormation template that are read here. */
export interface Template {
  Resources: Record<string, TemplateResource>;
}

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
}

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

/** Every statement of every policy in the template: of roles, topics and queues. */
export function statementsOf(template: Template): Statement[] {
  const found: Statement[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('Statement' in value && Array.isArray(value.Statement)) found.push(...value.Statement);
    else for (const part of Object.values(value)) visit(part);
  };
  for (const { Properties } of Object.values(template.Resources)) visit(Properties);
  return found;
}

/** The actions of a statement, which may be one string. */
export function actionsOf({ Action }: Statement): string[] {
  return typeof Action === 'string' ? [Action] : Action;
}

/** The condition keys of a statement. */
export function conditionKeysOf({ Condition = {} }: Statement): string[] {
  return Object.values(Condition).flatMap(Object.keys);
}
