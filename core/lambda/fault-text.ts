import * as z from 'zod/mini';
import { received } from '../contract/names.ts';
import { nearestWord } from './nearest-word.ts';

type Issue = z.core.$ZodRawIssue;

/** How many allowed names a message lists. */
const mostNames = 20;

const types: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/**
 * The fault of a value: the received value, and what is allowed. For the checks of zod itself: the checks of the
 * contract have messages of their own.
 */
export function faultText(issue: Issue): string | undefined {
  const allowed = allowedText(issue);
  if (allowed === undefined) return undefined;
  return `must be ${allowed}; received ${received(issue.input)}`;
}

function allowedText(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return `${types[issue.expected] ?? issue.expected}${exampleText(issue)}`;
  if (issue.code === 'invalid_value') return issue.values.map((value) => received(value)).join(' or ');
  if (issue.code === 'too_small' || issue.code === 'too_big') return sizeText(issue);
  return undefined;
}

function sizeText(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string | undefined {
  const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  const count = (issue.input as { length?: number } | null)?.length;
  if (issue.origin === 'array') return `a list of ${bound} entries (this one has ${count})`;
  if (issue.origin === 'string') return `a text of ${bound} characters (this one has ${count})`;
  return bound;
}

/** The first example of the schema that does not fit. */
function exampleText({ inst }: Issue): string {
  // Not `instanceof z.core.$ZodType`: a value of that name puts all of zod, 400 KB, into every bundle.
  const meta = isSchema(inst) ? z.globalRegistry.get(inst) : undefined;
  const [example] = (meta?.examples ?? []) as unknown[];
  return example === undefined ? '' : `, such as ${JSON.stringify(example)}`;
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

/** The message for a member that is not there, from the message about its value `undefined`. */
export function missingText(message: string): string {
  return `is missing; it ${message.replace(/; received undefined.*$/s, '')}`;
}

/** The message for a name that is not allowed. */
export function unknownText(name: string, allowed: readonly string[]): string {
  const near = nearestWord(name, allowed);
  if (near !== undefined) return `unknown; did you mean ${near}?`;
  if (allowed.length === 0) return 'unknown; not allowed here';
  const names = allowed.slice(0, mostNames).join(', ');
  return `unknown; not allowed here; allowed: ${names}${allowed.length > mostNames ? ', …' : ''}`;
}

/** The names of the members of an object. */
export function memberNames(inst: unknown): string[] {
  const shape = (inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
  return Object.keys(shape ?? {});
}
