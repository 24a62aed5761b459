import type { Reply } from '../ledger.ts';
import type { HttpRequest } from './http-event.ts';

/** A page of a list, of an export or of the audit log, and when it was read. */
export interface Page {
  at: number;
  end: number;
  items: { item: string }[];
}

export function pageIn({ json }: Reply): Page['items'] {
  return Array.isArray(json) ? json : (json.items ?? json.entries);
}

/** The request for the page after this one; undefined after the last. A list has a cursor, and an export a link. */
export function nextPageOf(request: HttpRequest, { json, link }: Reply): HttpRequest | undefined {
  const query = link === undefined ? undefined : /^<\?(.*)>; rel="next"$/.exec(link)?.[1];
  const cursor = query === undefined ? json?.cursor : new URLSearchParams(query).get('cursor');
  if (typeof cursor !== 'string') return undefined;
  return { ...request, query: { ...request.query, cursor } };
}
