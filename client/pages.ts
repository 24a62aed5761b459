import type { CallLimits, QueryOf } from '../core/contract/calls.ts';
import type { ItemLine } from '../core/contract/item-list.ts';
import { limits } from '../core/contract/limits.ts';
import type { Connection } from './connection.ts';
import { checkSuccess, type HttpReply, notTheWarden } from './reply.ts';

/** How a list is read. The time limit is that of each page. */
export interface ListOptions extends CallLimits {
  /** Entries that are fetched at once: 1 to 200, and 200 by default. */
  pageSize?: number;
}

/** The filters of a query, without the members that define a page. */
export type FiltersOf<Name extends Parameters<Connection['call']>[0]> = Omit<
  QueryOf<Name>,
  'limit' | 'cursor' | 'format'
>;

/** Every entry of a list, page by page, until there is no cursor. */
export async function* entriesOf<Reply extends { cursor?: string | undefined }, Entry>(
  { pageSize = limits.pageItems, ...callLimits }: ListOptions,
  fetchPage: (page: { limit: number; cursor?: string }, callLimits: CallLimits) => Promise<Reply>,
  entriesIn: (reply: Reply) => readonly Entry[],
): AsyncGenerator<Entry, void, undefined> {
  let cursor: string | undefined;
  do {
    const reply = await fetchPage({ limit: pageSize, ...(cursor !== undefined && { cursor }) }, callLimits);
    yield* entriesIn(reply);
    cursor = reply.cursor;
  } while (cursor !== undefined);
}

/**
 * Whole items with their data, each as the JSON text that the service wrote. A page is read to its end before its first item
 * is returned, so none comes twice.
 */
export function exportLines(
  { receive, clock }: Pick<Connection, 'receive' | 'clock'>,
  workflow: string,
  filters: FiltersOf<'list'>,
  options: ListOptions,
): AsyncGenerator<string, void, undefined> {
  return entriesOf(
    options,
    (page, callLimits) =>
      receive(
        'list',
        { path: { workflow }, query: { ...filters, ...page, format: 'jsonl' }, ...callLimits },
        (reply) => {
          checkSuccess(reply, clock);
          return { lines: linesOf(reply), cursor: nextCursor(reply.headers.get('link')) };
        },
      ),
    ({ lines }) => lines,
  );
}

/** The same as objects. */
export async function* exportItems(
  ...read: Parameters<typeof exportLines>
): AsyncGenerator<ItemLine, void, undefined> {
  for await (const line of exportLines(...read)) yield JSON.parse(line);
}

/** The lines of a reply. A request whose reply was cut short is retried. */
function linesOf(reply: HttpReply): string[] {
  const lines = reply.text.split('\n').filter((line) => line !== '');
  try {
    for (const line of lines) JSON.parse(line);
  } catch {
    throw notTheWarden(reply);
  }
  return lines;
}

function nextCursor(link: string | null): string | undefined {
  const query = /<\?([^>]*)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return new URLSearchParams(query).get('cursor') ?? undefined;
}
