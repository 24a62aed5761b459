import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { ProblemError } from '../problem-error.ts';
import { faultText, memberNames, missingText, unknownText } from './fault-text.ts';

// zod/mini has no messages for its own checks.
z.config(en());

/** How many faults one problem names: a body can have thousands, each longer in the reply than in the body. */
const mostFaults = 20;

interface PartOptions {
  /** The caller's names for members that have other names in the schema. */
  names?: ReadonlyMap<string, string>;
  /** Added to the message about an unknown name. */
  unknownHint?: string | undefined;
}

interface Fault {
  path: string;
  message: string;
}

/** The value, parsed by the schema. Throws a 400 problem that names every fault. */
export function parsePart<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
  { names = new Map(), unknownHint = '' }: PartOptions = {},
): z.output<Schema> {
  // The members that an object may have, by its path: only the raw issue knows its schema.
  const allowed = new Map<string, string[]>();
  const parsed = z.safeParse(schema, value, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') allowed.set(pathOf(issue), memberNames(issue.inst));
      return faultText(issue);
    },
  });
  if (parsed.success) return parsed.data;
  const all = parsed.error.issues.flatMap((issue): Fault[] => {
    if (issue.code !== 'unrecognized_keys') return [faultOf(issue, value)];
    const known = (allowed.get(pathOf(issue)) ?? []).map((name) => names.get(name) ?? name);
    return issue.keys.map((key) => ({
      path: [...issue.path, key].map(String).join('.'),
      message: unknownText(key, known) + unknownHint,
    }));
  });
  const errors = all
    .slice(0, mostFaults)
    .map(({ path, message }) => ({ path: names.get(path) ?? path, message }));
  if (all.length > mostFaults) errors.push({ path: '', message: `and ${all.length - mostFaults} more` });
  const summary = errors
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  throw new ProblemError('invalid-request', summary, { errors });
}

function pathOf({ path = [] }: { path?: readonly PropertyKey[] | undefined }): string {
  return path.map(String).join('.');
}

function faultOf(issue: z.core.$ZodIssue, value: unknown): Fault {
  const nested = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  const message = nested ?? issue.message;
  const isAbout =
    issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union';
  const isMissing = isAbout && issue.path.length > 0 && valueAt(value, issue.path) === undefined;
  return { path: pathOf(issue), message: isMissing ? missingText(message) : message };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[name] : undefined,
    value,
  );
}
