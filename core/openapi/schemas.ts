import * as z from 'zod/mini';
import { resources } from '../contract/resources.ts';
import { reshape } from './shapes.ts';

/** JSON in the document. */
export interface Json {
  [name: string]: unknown;
}

/** Schemas used only in paths and queries are written inline: a limit is a number in the document but text in a query. */
const isNamed = (name: string, value: unknown): value is z.core.$ZodType =>
  value instanceof z.ZodMiniType && !/(Path|Query|Limit)$/.test(name);

/** Every schema of the contract by the name under which it is exported. */
export const namedSchemas: Readonly<Record<string, z.core.$ZodType>> = Object.fromEntries(
  resources.flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => (isNamed(name, value) ? [[name, value]] : [])),
  ),
);

const nameOf = new Map(Object.entries(namedSchemas).map(([name, schema]) => [schema, name]));

export function reference(kind: 'schemas' | 'responses' | 'headers', name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
}

/** Throws an error for a schema that the contract does not export. */
export function schemaReference(schema: z.core.$ZodType, whose: string): Json {
  const name = nameOf.get(schema);
  if (name === undefined) throw new Error(`the contract exports no schema for ${whose}`);
  return reference('schemas', name);
}

/** JSON schemas by the name of the zod schema, each named one referred to where another has it. */
function jsonSchemas(schemas: Readonly<Record<string, z.core.$ZodType>>): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ zodSchema, jsonSchema }) => reshape(zodSchema, jsonSchema),
  });
  return Object.fromEntries(
    // The document says once which dialect they are in, and an $id would be the base of their references.
    Object.entries(made.schemas).map(([id, { $schema, $id, ...schema }]): [string, Json] => [id, schema]),
  );
}

/** The schemas that the rest of the document refers to, or that these refer to. */
export function componentSchemas(rest: unknown): Json {
  const all = jsonSchemas(namedSchemas);
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(all[name]);
    }
  };
  visit(rest);
  return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
}

export interface Parameter {
  name: string;
  description: unknown;
  schema: Json;
}

/**
 * The properties of each path and query. Tools show a parameter's own description, not its schema's. All are converted
 * together, because every conversion includes the named schemas.
 */
export function parametersIn(schemas: Iterable<z.core.$ZodType>): Map<z.core.$ZodType, Parameter[]> {
  const named = [...new Set(schemas)].map((schema, index) => [`Parameters${index}`, schema] as const);
  const all = jsonSchemas({ ...namedSchemas, ...Object.fromEntries(named) });
  return new Map(named.map(([name, schema]) => [schema, parametersOf(all[name], all)]));
}

function parametersOf(converted: Json | undefined, all: Readonly<Record<string, Json>>): Parameter[] {
  const properties = (converted?.properties ?? {}) as Record<string, Json>;
  return Object.entries(properties).map(([name, { description, ...property }]) => {
    const named = typeof property.$ref === 'string' ? all[property.$ref.split('/').at(-1) ?? ''] : undefined;
    return { name, description: description ?? named?.description, schema: property };
  });
}
