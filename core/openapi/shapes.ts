import type * as z from 'zod/mini';
import { ProgressOperation, RegisterOperation } from '../contract/batch.ts';
import { ProgressRequest } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import { Cursor } from '../contract/paging.ts';
import { RegisterRequest } from '../contract/registration.ts';
import { StartBy, Timeout } from '../contract/time.ts';
import { Retention } from '../contract/workflow-settings.ts';
import { characterPatterns, cursorPattern, durationPattern } from './patterns.ts';

interface JsonSchema {
  [name: string]: unknown;
}

const seconds = (bounds: JsonSchema): JsonSchema => ({ title: 'Seconds', type: 'number', ...bounds });
const timeout = seconds({ exclusiveMinimum: 0, maximum: limits.longestTimeoutSeconds });
const retention = seconds({ minimum: 0, maximum: limits.longestReceiptSeconds });
const duration: JsonSchema = {
  title: 'ISO 8601 duration',
  type: 'string',
  maxLength: 64,
  pattern: durationPattern,
};
const instant: JsonSchema = {
  title: 'ISO 8601 instant',
  type: 'string',
  format: 'date-time',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T',
};

const without = (name: string): JsonSchema => ({ properties: { [name]: { not: {} } } });
const notBoth = { timeout: without('deadline') };
const registration = { dependentSchemas: { ...notBoth, startBy: without('step') } };

/** Checks of the service that zod's JSON Schema cannot express. */
const refinements = new Map<unknown, JsonSchema>([
  [Timeout, { type: undefined, oneOf: [timeout, duration] }],
  [StartBy, { type: undefined, oneOf: [timeout, duration, instant] }],
  [Retention, { $ref: undefined, oneOf: [retention, duration] }],
  [Cursor, { pattern: cursorPattern }],
  [RegisterRequest, registration],
  [RegisterOperation, registration],
  [ProgressRequest, { dependentSchemas: { ...notBoth, item: { minProperties: 2 } } }],
  [ProgressOperation, { dependentSchemas: notBoth, minProperties: 3 }],
]);

/**
 * The same rules in shapes that generators of clients support, with what the service refuses besides: `enum` for
 * `const`, `oneOf` for `anyOf` (the members of our unions exclude each other), one type for each of its members.
 */
export function reshape(zodSchema: z.core.$ZodType, jsonSchema: JsonSchema): void {
  dropSafeIntegerBounds(jsonSchema);
  if ('const' in jsonSchema) replace(jsonSchema, 'const', { enum: [jsonSchema.const] });
  if (Array.isArray(jsonSchema.enum) && jsonSchema.enum.every(Number.isInteger)) jsonSchema.type = 'integer';
  if ('anyOf' in jsonSchema) replace(jsonSchema, 'anyOf', { oneOf: jsonSchema.anyOf });
  // A schema with an additional check repeats the members of the union that it is based on.
  if ('$ref' in jsonSchema) delete jsonSchema.oneOf;
  if ('characters' in jsonSchema) {
    const pattern = jsonSchema.pattern ?? characterPatterns[String(jsonSchema.characters)];
    replace(jsonSchema, 'characters', { pattern });
  }
  Object.assign(jsonSchema, refinements.get(zodSchema));
}

function replace(jsonSchema: JsonSchema, name: string, by: JsonSchema): void {
  delete jsonSchema[name];
  Object.assign(jsonSchema, by);
}

/** Zod bounds every integer by what JavaScript holds exactly, which says nothing about ours. */
function dropSafeIntegerBounds(jsonSchema: JsonSchema): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
