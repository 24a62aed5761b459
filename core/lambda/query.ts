import { ProblemError } from '../problem-error.ts';

export type Query = Record<string, string | string[]>;

/**
 * Query parameters by name, with lists for `repeatable` ones. Parsed once, from the raw string: API Gateway joins
 * repeated parameters by a comma. Throws a 400 problem that names every parameter that is repeated or cannot be
 * decoded: the replacement characters that browsers use would merge two ids into one.
 */
export function queryOf(rawQueryString: string, repeatable: readonly string[] = []): Query {
  const given = new Map<string, string | string[]>();
  const repeated = new Set<string>();
  for (const pair of rawQueryString.split('&')) {
    if (pair === '') continue;
    const [name, value] = decodedPair(pair);
    const before = given.get(name);
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) repeated.add(name);
    else given.set(name, repeatable.includes(name) ? [value] : value);
  }
  if (repeated.size > 0) throw repeatedFault([...repeated]);
  return Object.fromEntries(given);
}

function repeatedFault(names: readonly string[]): ProblemError {
  const errors = names.map((path) => ({ path, message: 'allowed only once' }));
  return new ProblemError('invalid-request', `allowed only once in the query: ${names.join(', ')}`, {
    errors,
  });
}

/** The first value of a parameter for the log; undefined if there is none that can be decoded. */
export function firstValue(rawQueryString: string, name: string): string | undefined {
  const found = rawQueryString.split('&').find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? undefined : decoded(found.slice(name.length + 1));
}

function decodedPair(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  const [rawName, rawValue] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  const name = decoded(rawName);
  const value = decoded(rawValue);
  if (name !== undefined && value !== undefined) return [name, value];
  const path = name ?? '';
  const message =
    'must be percent-encoded UTF-8: a % and two hexadecimal digits for each byte, %25 for a % itself';
  throw new ProblemError('invalid-request', `${path === '' ? 'the query' : path}: ${message}`, {
    errors: [{ path, message }],
  });
}

/** Undefined if the text is not percent-encoded UTF-8. A `+` means a space. */
function decoded(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
