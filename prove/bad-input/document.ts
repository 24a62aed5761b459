import { openapi } from '../../core/openapi/openapi.ts';

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document has any shape
export type Json = any;

/** A parameter of an operation. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Json;
}

/** An operation in the OpenAPI document, which is made from the contracts. */
export interface Described {
  method: string;
  /** In API Gateway's notation. */
  route: string;
  parameters: Parameter[];
  /** The scope that a token needs; undefined if the operation needs no token. */
  scope: string | undefined;
  /** The schema of a JSON body, if there is one. */
  body: Json | undefined;
  /** Whether the body is text instead. */
  hasText: boolean;
  /** Valid bodies. */
  examples: Json[];
}

export const document: Json = openapi();

/** The target of a reference; any other value is returned unchanged. */
export function resolved(schema: Json): Json {
  if (typeof schema?.$ref !== 'string') return schema;
  const [, ...path] = schema.$ref.split('/');
  return resolved(path.reduce((found: Json, name: string) => found[name], document));
}

export const operations: Described[] = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
  Object.entries<Json>(methods).flatMap(([method, operation]) => {
    if (operation.responses === undefined) return [];
    const { 'application/json': json, 'text/plain': text } = resolved(operation.requestBody)?.content ?? {};
    return {
      method: method.toUpperCase(),
      route: path.replace('{item}', '{item+}'),
      parameters: (operation.parameters ?? []).map(resolved),
      scope: scopeOf(operation.security),
      body: json?.schema,
      hasText: text !== undefined,
      examples: Object.values<Json>((json ?? text)?.examples ?? {}).map((example) => resolved(example).value),
    };
  }),
);

/** An empty requirement is met by anybody. */
function scopeOf(requirements: { token?: string[] }[]): string | undefined {
  if (requirements.some((one) => Object.keys(one).length === 0)) return undefined;
  return requirements.flatMap(({ token = [] }) => token)[0];
}

/** The paths of all members that a body can have, such as `operations.0.timeout`. */
export function placesIn(schema: Json, depth = 0): string[][] {
  const {
    properties = {},
    items,
    anyOf = [],
    oneOf = [],
    allOf = [],
    additionalProperties,
  } = resolved(schema) ?? {};
  if (depth > 4) return [];
  const inside = (name: string, part: Json) => [
    [name],
    ...placesIn(part, depth + 1).map((path) => [name, ...path]),
  ];
  return [
    ...Object.entries(properties).flatMap(([name, part]) => inside(name, part)),
    ...(items ? inside('0', items) : []),
    ...(typeof additionalProperties === 'object' ? inside('any', additionalProperties) : []),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((part: Json) => placesIn(part, depth)),
  ];
}
