import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The part of OpenFn Lightning that the example needs: webhooks, and the list of work orders. What it does was taken from
 * Lightning's source (github.com/OpenFn/lightning, November 2026):
 *
 * - lib/lightning_web/controllers/api/work_orders_controller.ex and work_orders_json.ex: parameters, the shape of the
 *   reply, 401 without a token, 422 for a time that cannot be parsed.
 * - lib/lightning/invocation/query.ex: the list is in descending order of `last_activity`; `updated_after` compares with
 *   `updated_at`.
 * - lib/lightning/work_orders.ex: a change of state sets `state` and `last_activity`, by an update of many rows, which
 *   leaves `updated_at` as it was when the work order was created.
 * - lib/lightning/repo.ex: pages of 10 unless asked for more.
 * - lib/lightning/workorders/workorder.ex and runs/run.ex: the states.
 * - lib/lightning_web/controllers/webhooks_controller.ex: `{"work_order_id"}`, and `"error": "too_many_runs"` beside it,
 *   with the status 200, for a work order that is rejected.
 */
export interface StoredWorkOrder {
  id: string;
  state: string;
  last_activity: string;
  inserted_at: string;
  updated_at: string;
  /** The trigger and what was posted to it. */
  trigger: string;
  body: unknown;
  headers: IncomingMessage['headers'];
}

export class FakeLightning {
  readonly token = `token-${randomUUID()}`;
  readonly workOrders = new Map<string, StoredWorkOrder>();
  /** How many pages of the list were read. */
  pagesRead = 0;
  /** Called before a page is read, so that a test can change the list between two pages. */
  beforePage: (page: number) => void = () => {};
  /** Answers every request with this status, if set. */
  answersWith: number | undefined;
  /** The list is in ascending order, which Lightning's is not. */
  isAscending = false;
  /** The limit of runs is reached: webhooks are recorded as rejected. */
  isOverLimit = false;
  url = '';
  readonly #now: () => number;
  readonly #server: Server;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Enters a work order and returns its id. */
  add(
    state = 'pending',
    trigger = '',
    body: unknown = null,
    headers: IncomingMessage['headers'] = {},
  ): string {
    const id = randomUUID();
    const now = new Date(this.#now()).toISOString();
    const times = { last_activity: now, inserted_at: now, updated_at: now };
    this.workOrders.set(id, { id, state, ...times, trigger, body, headers });
    return id;
  }

  /** Changes the state of a work order, as its runs do. */
  change(id: string, state: string): void {
    const order = this.workOrders.get(id);
    if (!order) throw new Error(`there is no work order ${id}`);
    this.workOrders.set(id, { ...order, state, last_activity: new Date(this.#now()).toISOString() });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const text = Buffer.concat(await request.toArray()).toString();
    const url = new URL(request.url ?? '/', this.url);
    if (this.answersWith !== undefined) return void reply(this.answersWith, { error: 'as the test asked' });
    if (request.method === 'POST' && url.pathname.startsWith('/i/')) {
      const trigger = url.pathname.slice('/i/'.length);
      const state = this.isOverLimit ? 'rejected' : 'pending';
      const id = this.add(state, trigger, JSON.parse(text), request.headers);
      return void reply(200, { work_order_id: id, ...(this.isOverLimit && { error: 'too_many_runs' }) });
    }
    if (url.pathname !== '/api/work_orders') return void reply(404, { error: 'Not Found' });
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return void reply(401, { error: 'Unauthorized' });
    const page = Number(url.searchParams.get('page') ?? 1);
    const size = Number(url.searchParams.get('page_size') ?? 10);
    const after = url.searchParams.get('updated_after');
    if (after !== null && Number.isNaN(Date.parse(after)))
      return void reply(422, { error: 'Invalid datetime' });
    this.beforePage(page);
    this.pagesRead++;
    const listed = [...this.workOrders.values()]
      .filter(({ updated_at }) => after === null || Date.parse(updated_at) >= Date.parse(after))
      .sort((a, b) => Date.parse(b.last_activity) - Date.parse(a.last_activity));
    if (this.isAscending) listed.reverse();
    const pages = Math.max(1, Math.ceil(listed.length / size));
    reply(200, {
      data: listed.slice((page - 1) * size, page * size).map((order) => this.#resource(order)),
      included: [],
      meta: { total_entries: listed.length, total_pages: pages, page_number: page, page_size: size },
      links: { self: url.href, first: null, last: null, next: null, prev: null },
    });
  }

  #resource({ id, state, last_activity, inserted_at, updated_at }: StoredWorkOrder) {
    return {
      type: 'work_orders',
      relationships: {},
      links: { self: `${this.url}/api/work_orders/${id}` },
      id,
      attributes: { state, last_activity, inserted_at, updated_at },
    };
  }
}
