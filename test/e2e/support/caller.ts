import { Agent, request as httpRequest } from 'node:http';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what tests are about to find out
  json: any;
}

/** Speaks HTTP to one service over connections that stay open. */
export class Caller {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  /** Sent with every request, if there is one. */
  token: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  close(): void {
    this.#agent.destroy();
  }

  request(method: string, path: string, body?: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
      const request = httpRequest(this.#url + path, { method, agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, json: text === '' ? undefined : JSON.parse(text) });
        });
      });
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  register(workflow: string, item: string, body: unknown): Promise<Answer> {
    return this.request('PUT', itemPath(workflow, item), body);
  }

  read(workflow: string, item: string): Promise<Answer> {
    return this.request('GET', itemPath(workflow, item));
  }

  progress(workflow: string, item: string, body: unknown): Promise<Answer> {
    return this.request('PATCH', itemPath(workflow, item), body);
  }

  complete(workflow: string, item: string): Promise<Answer> {
    return this.request('DELETE', itemPath(workflow, item));
  }

  /** All items of a workflow, page by page. */
  async list(workflow: string): Promise<{ item: string; state: string; incident?: string }[]> {
    const items = [];
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.request('GET', `/v1/workflows/${workflow}/items?limit=200${query}`);
      items.push(...page.json.items);
      cursor = page.json.cursor;
    } while (cursor !== undefined);
    return items;
  }
}

function itemPath(workflow: string, item: string): string {
  return `/v1/workflows/${workflow}/items/${encodeURIComponent(item)}`;
}
