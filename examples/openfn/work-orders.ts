import * as z from 'zod';

/** A page of `GET /api/work_orders`, as far as it is used. */
const Page = z.object({
  data: z.array(
    z.object({
      id: z.uuid(),
      links: z.object({ self: z.string() }),
      attributes: z.object({ state: z.string(), last_activity: z.iso.datetime() }),
    }),
  ),
  meta: z.object({ page_number: z.int(), total_pages: z.int() }),
});

export interface WorkOrder {
  id: string;
  state: string;
  /** When its state last changed, in milliseconds since 1970. */
  lastActivity: number;
  /** Its state and the time of the change as OpenFn writes it, which is exact to the microsecond. */
  change: string;
  /** Its address in the API. */
  link: string;
}

export interface OpenFn {
  /** Where Lightning is reached, such as `https://app.openfn.org`. */
  url: string;
  /** A personal access token, or a token of the project. */
  token: string;
}

const pageSize = 100;
const timeLimitMs = 15_000;

/**
 * The work orders whose state changed at or after a time, oldest change first.
 *
 * Lightning's `updated_after` is of no use for this: a change of state sets `last_activity` and leaves `updated_at` alone.
 * The list is in descending order of `last_activity`, so it is read from its beginning until a change is older. A work
 * order that changes while pages are read moves to the beginning: it may be missed here, and is found by the next reading,
 * because it is newer than everything that this one returns.
 *
 * Throws an Error if OpenFn cannot be reached, refuses the token, or returns a list in another order.
 */
export async function changedSince({ url, token }: OpenFn, since: number): Promise<WorkOrder[]> {
  const found = new Map<string, WorkOrder>();
  let newest = Number.POSITIVE_INFINITY;
  for (let page = 1; ; page++) {
    const { data, meta } = await readPage(url, token, page);
    const orders = data.map(({ id, links, attributes }) => ({
      id,
      state: attributes.state,
      lastActivity: Date.parse(attributes.last_activity),
      change: `${attributes.state} ${attributes.last_activity}`,
      link: links.self,
    }));
    for (const order of orders) {
      // Entries that moved on to this page from the one before are as new as the last ones of that page.
      if (order.lastActivity > newest && !found.has(order.id)) {
        throw new Error(
          'OpenFn does not list work orders by their last activity, which the watcher relies on',
        );
      }
      newest = Math.min(newest, order.lastActivity);
      if (order.lastActivity >= since && !found.has(order.id)) found.set(order.id, order);
    }
    if (newest < since || orders.length === 0 || meta.page_number >= meta.total_pages) break;
  }
  return [...found.values()].reverse();
}

async function readPage(url: string, token: string, page: number): Promise<z.infer<typeof Page>> {
  const target = `${url}/api/work_orders?page=${page}&page_size=${pageSize}`;
  const response = await fetch(target, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(timeLimitMs),
  });
  if (!response.ok) throw new Error(`OpenFn answered ${response.status} to GET ${target}`);
  return Page.parse(await response.json());
}
