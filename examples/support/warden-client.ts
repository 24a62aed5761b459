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

  complete(item: string): Promise<{ outcome: 'on-time' | 'recovered' | 'late' }> {
    return this.#call('DELETE', itemPath(item));
  }

  /** Sends up to 100 operations. Throws unless each succeeded. */
  async batch(operations: readonly object[]): Promise<void> {
    const { results } = await this.#call<{ results: { status: number }[] }>('POST', '/batch', { operations });
    const refused = results.find(({ status }) => status >= 300);
    if (refused) throw new Error(`an operation was answered ${JSON.stringify(refused)}`);
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
    const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url} was answered ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }
}

function itemPath(item: string): string {
  return `/item?id=${encodeURIComponent(item)}`;
}
