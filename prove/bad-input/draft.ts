import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { httpEvent } from '../world/http-event.ts';
import { type Described, type Json, type Parameter, resolved } from './document.ts';

/** A request before it is sent. */
export interface Draft {
  operation: Described;
  path: Map<string, string>;
  /** Names and values as in the URL, encoded. */
  query: [name: string, value: string][];
  headers: Record<string, string>;
  /** Undefined for none. */
  body: { json: Json } | { text: string } | { bytes: Buffer } | undefined;
}

/** A request that the document allows. */
export function goodDraft(operation: Described, one: <Value>(from: readonly Value[]) => Value): Draft {
  const { parameters, body, hasText, examples } = operation;
  const isIn = (where: Parameter['in']) => parameters.filter((other) => other.in === where);
  const query = isIn('query').filter(({ required }) => required);
  const example = examples.length === 0 ? undefined : structuredClone(one(examples));
  return {
    operation,
    path: new Map(isIn('path').map((parameter) => [parameter.name, exampleOf(parameter)])),
    query: query.map((parameter) => [parameter.name, encodeURIComponent(exampleOf(parameter))]),
    headers: {},
    body: body ? { json: example } : hasText ? { text: example } : undefined,
  };
}

/** In the form that the schema asks for, so that faults elsewhere are reached. */
function exampleOf({ name, schema }: Parameter): string {
  const { examples } = resolved(schema);
  const [example] = schema.examples ?? examples ?? [];
  if (example === undefined) throw new Error(`the parameter ${name} has no example`);
  return String(example);
}

/** The request in the form in which an HTTP API passes it to a function. */
export function eventOf(draft: Draft, number: number, now: number): APIGatewayProxyEventV2 {
  const { operation, path, query, headers, body } = draft;
  const { method, route } = operation;
  const event = httpEvent(
    { method, route, parameters: Object.fromEntries(path), headers, ...(body && inEvent(body)) },
    number,
    now,
  );
  const rawQueryString = query.map(([name, value]) => `${name}=${value}`).join('&');
  const isBase64Encoded = body !== undefined && 'bytes' in body;
  return { ...event, rawQueryString, isBase64Encoded };
}

function inEvent(body: NonNullable<Draft['body']>): { body: Json } | { text: string } {
  if ('json' in body) return { body: body.json };
  return 'text' in body ? body : { text: body.bytes.toString('base64') };
}

/** The body of a message, which is always text. */
export function textOf({ body }: Draft): string {
  if (body === undefined) return '';
  if ('bytes' in body) return body.bytes.toString('utf8');
  return 'text' in body ? body.text : (JSON.stringify(body.json) ?? '');
}
