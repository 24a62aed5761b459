import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { limits } from '../../core/contract/limits.ts';
import { type Described, document, type Json, resolved } from './document.ts';
import type { Draft } from './draft.ts';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const validators = new Map<Json, ValidateFunction>();

/** The parts of a request, in the order in which they are checked. */
export const parts = ['path', 'query', 'headers', 'body'] as const;
export type Part = (typeof parts)[number];

const isAllowedIn: Record<Part, (draft: Draft) => boolean> = {
  path: isPathAllowed,
  query: isQueryAllowed,
  headers: areHeadersAllowed,
  body: isBodyAllowed,
};

/** The first part of the request that the published document does not allow; undefined if it allows all of it. */
export function wrongPart(draft: Draft): Part | undefined {
  return parts.find((part) => !isAllowedIn[part](draft));
}

function isPathAllowed({ operation, path }: Draft): boolean {
  return operation.parameters.every(
    (one) => one.in !== 'path' || isValid(one.schema, path.get(one.name) ?? null),
  );
}

/** Each parameter once, if it is no list, and percent-encoded. */
function isQueryAllowed(draft: Draft): boolean {
  const { operation } = draft;
  if (isOpenQuery(operation)) return true;
  const known = operation.parameters.filter((one) => one.in === 'query');
  const given = queryOf(draft);
  if (given === undefined || [...given.keys()].some((name) => !known.some((one) => one.name === name)))
    return false;
  return known.every(({ name, schema, required }) => {
    const values = given.get(name);
    if (values === undefined) return required !== true;
    if (resolved(schema).type === 'array') return isValid(schema, values);
    return values.length === 1 && isValid(schema, inQuery(schema, values[0] ?? ''));
  });
}

/** The values of each parameter; undefined if one cannot be decoded. */
export function queryOf({ query }: Pick<Draft, 'query'>): Map<string, string[]> | undefined {
  const given = new Map<string, string[]>();
  for (const [name, encoded] of query) {
    const value = decoded(encoded);
    if (value === undefined) return undefined;
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  return given;
}

/** Health checks and the document take any query. */
function isOpenQuery({ route }: Described): boolean {
  return route === '/v1/health' || route === '/v1/openapi.json' || route === '/v1/metrics';
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** A query has only text. */
function inQuery(schema: Json, value: string): unknown {
  return resolved(schema).type === 'integer' && /^-?\d+$/.test(value) ? Number(value) : value;
}

/** A body is not compressed, and a condition is not ignored. */
function areHeadersAllowed({ operation, headers }: Draft): boolean {
  const takesBody = operation.body !== undefined || operation.hasText;
  const { 'content-encoding': encoding = 'identity', 'if-match': ifMatch } = headers;
  if (takesBody && encoding !== 'identity') return false;
  if (ifMatch === undefined) return true;
  const known = operation.parameters.find((one) => one.in === 'header' && one.name === 'If-Match');
  return known ? isValid(known.schema, ifMatch) : !takesBody;
}

function isBodyAllowed({ operation, body }: Draft): boolean {
  if (operation.hasText) return bytesOf(body).length <= limits.bodyBytes;
  if (operation.body === undefined) return true;
  const json = jsonIn(body);
  return json !== undefined && isValid(operation.body, json);
}

/** The JSON in a body; undefined if it is none. */
export function jsonIn(body: Draft['body']): Json | undefined {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(body)));
  } catch {
    return undefined;
  }
}

function bytesOf(body: Draft['body']): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if ('bytes' in body) return body.bytes;
  return Buffer.from('text' in body ? body.text : (JSON.stringify(body.json) ?? ''));
}

export function isValid(schema: Json, value: unknown): boolean {
  const { components } = document;
  const validator = validators.get(schema) ?? ajv.compile({ ...schema, components });
  validators.set(schema, validator);
  return validator(value);
}
