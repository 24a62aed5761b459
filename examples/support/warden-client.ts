/** What the warden says of an item, as far as the examples need it. */
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

/** What upstreams get of each item that is resumed, as far as the examples need it. */
export interface RedriveMessage<Data> {
  item: string;
  steps: { step: string }[];
  data: Data;
}

/** What the warden would resume, or has. */
export interface Redrive {
  id: string;
  state: 'running' | 'paused' | 'done' | 'aborted';
  resumed: number;
  failed: number;
}

/** Speaks HTTP to the warden about one workflow. Every call throws if it is not answered with a 2xx. */
export class WardenClient {
  readonly #workflow: string;

  /** @param url of the warden, without a path */
  constructor(url: string, workflow: string) {
    this.#workflow = `${url}/v1/workflows/${workflow}`;
  }

  register(item: string, body: object): Promise<Item> {
    return this.#call('PUT', itemPath(item), body);
  }

  progress(item: string, body: object): Promise<Item> {
    return this.#call('PATCH', itemPath(item), body);
  }

  complete(item: string): Promise<{ outcome: 'on-time' | 'late' }> {
    return this.#call('DELETE', itemPath(item));
  }

  /** Up to 100 operations. Throws unless each went well. */
  async batch(operations: readonly object[]): Promise<void> {
    const { results } = await this.#call<{ results: { status: number }[] }>('POST', '/batch', { operations });
    const refused = results.find(({ status }) => status >= 300);
    if (refused) throw new Error(`an operation was answered ${JSON.stringify(refused)}`);
  }

  /** All items that the filters fit. */
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

  /** What a redrive of the overdue and failed items that the filters fit would do. */
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
    const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url} was answered ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }
}

function itemPath(item: string): string {
  return `/item?id=${encodeURIComponent(item)}`;
}
