import type { ReplyOf, RequestOf } from '../core/contract/calls.ts';
import { pathOf } from '../core/contract/path-of.ts';
import type { Problem } from '../core/contract/problem.ts';
import { type Operation, routes } from '../core/contract/routes.ts';
import { isTokenNeeded, token } from './session.ts';

/** The address of the API: the address of the page, without `/console`. */
export const base = location.origin + location.pathname.replace(/\/(console)?$/, '');

/** A refusal of the service, in its own words. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;

  constructor({ code, status, detail }: Pick<Problem, 'code' | 'status' | 'detail'> | Refusal) {
    super(detail);
    this.code = code;
    this.status = status;
  }
}

interface Refusal {
  code: string;
  status: number;
  detail: string;
}

/** Calls an operation like every other caller. Throws a Refused. */
export async function call<Name extends Operation>(
  operation: Name,
  request: RequestOf<Name>,
): Promise<ReplyOf<Name>> {
  const text = await callText(operation, request);
  // An operation without a reply returns undefined, as its type says.
  return text === '' ? (undefined as ReplyOf<Name>) : JSON.parse(text);
}

/** The text of the reply: parsing loses digits of large numbers. */
export async function callText<Name extends Operation>(
  operation: Name,
  { path, query, body, signal }: RequestOf<Name>,
): Promise<string> {
  const target = new URL(base + pathOf(operation, path));
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of [value].flat()) if (one !== undefined) target.searchParams.append(name, String(one));
  }
  const method = routes.find((route) => route.operation === operation)?.method ?? 'GET';
  const response = await fetch(target, {
    method,
    headers: token.value === undefined ? {} : { authorization: `Bearer ${token.value}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: Error) => {
    if (error.name === 'AbortError') throw error;
    throw new Refused({ code: 'unreachable', status: 0, detail: 'the warden cannot be reached' });
  });
  const text = await response.text();
  if (response.status === 401) isTokenNeeded.value = true;
  // The reply to a health check can also be 503.
  if (response.ok || (operation === 'check-health' && response.status === 503)) return text;
  throw new Refused(problemOf(text, response.status));
}

function problemOf(text: string, status: number): Refusal {
  try {
    const { code, detail } = JSON.parse(text);
    if (typeof code === 'string' && typeof detail === 'string') return { code, detail, status };
  } catch {}
  return { code: 'unknown', status, detail: `the reply had the status ${status}` };
}
