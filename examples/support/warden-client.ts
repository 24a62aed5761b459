/** The part of an item that the examples need. */
export interface Item {
  item: string;
  state: 'waiting' | 'overdue' | 'failed';
  step?: string;
  tags: Record<string, string>;
}

export interface Counts {
  waiting: number;
  overdue: number;
  failed: number;
}

/** The part of a resumed item's message that the examples need. */
export interface RedriveMessage<Data> {
  item: string;
  steps: { step: string }[];
  data: Data;
}

/** A redrive and what it has done so far. */
export interface Redrive {
  id: string;
  state: 'running' | 'paused' | 'done' | 'aborted';
  resumed: number;
  failed: number;
}

/** Calls the warden's HTTP API for one workflow. Every call throws if the reply is not a 2xx. */
export class WardenClient {
  readonly #workflow: string;
  readonly #token: string | undefined;

  /** @param url of the warden, without a path */
  constructor(url: string, workflow: string, token?: string) {
    this.#workflow = `${url}/v1/workflows/${workflow}`;
    this.#token = token;
  }

  register(item: string, body: object): Promise<Item & { outcome: string }> {
    return this.#call('PUT', itemPath(item), body);
  }

  progress(item: string, body: object): Promise<Item> {
    return this.#call('PATCH', itemPath(item), body);
  }

  read(item: string): Promise<Item & { attempt: number }> {
    return this.#call('GET', itemPath(item));
  }

  complete(item: string): Promise<{ outcome: 'on-time' | 'recovered' | 'late' }> {
    return this.#call('DELETE', itemPath(item));
  }

  /** Sends up to 100 operations. Throws unless each succeeded. */
  async batch(operations: readonly object[]): Promise<void> {
    const refused = (await this.tryBatch(operations)).find(({ status }) => status >= 300);
    if (refused) throw new Error(`an operation was answered ${JSON.stringify(refused)}`);
  }

  /** Sends up to 100 operations and returns the result of each. */
  async tryBatch(operations: readonly object[]): Promise<{ status: number }[]> {
    return (await this.#call<{ results: { status: number }[] }>('POST', '/batch', { operations })).results;
  }

  /** What the warden knows of each of these items: its state, or `unknown`. */
  async reconcile(ids: readonly string[]): Promise<Map<string, Item['state'] | 'completed' | 'unknown'>> {
    const states = ['waiting', 'overdue', 'failed', 'completed', 'unknown'] as const;
    const known = await this.#call<Record<(typeof states)[number], string[]>>('POST', '/reconcile', { ids });
    return new Map(states.flatMap((state) => known[state].map((id) => [id, state] as const)));
  }

  /** Replaces the settings of the workflow. */
  save(settings: object): Promise<unknown> {
    return this.#call('PUT', '', settings);
  }

  /** All items that match the filters. */
  async list(filters: Record<string, string> = {}): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ ...filters, limit: '200', ...(cursor && { cursor }) });
      const page = await this.#call<{ items: Item[]; cursor?: string }>('GET', `/items?${query}`);
      items.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return items;
  }

  async counts(): Promise<Counts> {
    return (await this.#call<{ counts: Counts }>('GET', '')).counts;
  }

  /** What a redrive of the matching overdue and failed items would do. */
  dryRun(request: object): Promise<{ count: number; bytes: number; takesMs: number }> {
    return this.#call('POST', '/redrives', { ...request, dryRun: true });
  }

  redrive(request: object = {}): Promise<Redrive> {
    return this.#call('POST', '/redrives', request);
  }

  readRedrive(id: string): Promise<Redrive> {
    return this.#call('GET', `/redrives/${id}`);
  }

  async #call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const url = this.#workflow + path;
    const response = await fetch(url, {
      method,
      ...(this.#token && { headers: { authorization: `Bearer ${this.#token}` } }),
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url} was answered ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }
}

function itemPath(item: string): string {
  return `/item?id=${encodeURIComponent(item)}`;
}
