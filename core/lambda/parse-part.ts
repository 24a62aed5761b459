import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { ProblemError } from '../problem-error.ts';

// zod/mini has no messages for its own checks.
z.config(en());

/** How many faults one problem names: a body can have thousands, each longer in the reply than in the body. */
const mostFaults = 20;

/**
 * The value, parsed by the schema. Throws a 400 problem that names every fault.
 *
 * @param names the caller's names for members that have other names in the schema
 */
export function parsePart<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
  names: ReadonlyMap<string, string> = new Map(),
): z.output<Schema> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const all = parsed.error.issues.flatMap((issue) => faults(issue));
  const errors = all
    .slice(0, mostFaults)
    .map(({ path, message }) => ({ path: names.get(path) ?? path, message }));
  if (all.length > mostFaults) errors.push({ path: '', message: `and ${all.length - mostFaults} more` });
  const summary = errors
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  throw new ProblemError('invalid-request', summary, { errors });
}

function faults(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: 'unknown; not allowed here',
    }));
  }
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ path: path.join('.'), message }];
}
