import * as z from 'zod/mini';
import { invalid } from './service-error.ts';

export const text = z.string('is missing or not a string');
export const wholeNumber = (least: number, most: number) => {
  const range = `must be a whole number from ${least} to ${most}`;
  return z.int(range).check(z.gte(least, range), z.lte(most, range));
};
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `must be one of ${values.join(', ')}`);
export const object = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has unknown members: ${issue.keys.join(', ')}`
        : 'is missing or not an object',
  });

export const name = text.check(z.regex(/^[0-9a-zA-Z_.-]{1,64}$/, 'must be 1–64 of 0-9 a-z A-Z - _ .'));
export const clientToken = text.check(z.regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must be 1–64 of 0-9 a-z A-Z - _'));
export const state = oneOf(['ENABLED', 'DISABLED']);

/** Parses `value` by the schema. Throws a ValidationException that names every member at fault. */
export function parsed<Schema extends z.core.$ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'request'} ${issue.message}`);
  throw invalid(`${faults.length} validation error(s) detected: ${faults.join('; ')}`);
}
