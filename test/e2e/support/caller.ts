import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { itemPath } from '../../../core/contract/query-form.ts';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what tests are about to find out
  json: any;
}

export interface TextAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Calls one service by HTTP over connections that stay open. */
export class Caller {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  /** Sent with every request, if given. */
  token: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  close(): void {
    this.#agent.destroy();
  }

  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    const { status, text } = await this.send(
      method,
      path,
      body === undefined ? undefined : JSON.stringify(body),
    );
    return { status, json: text === '' ? undefined : JSON.parse(text) };
  }

  /** The same with unparsed texts: parsing JSON loses values that JavaScript cannot represent. */
  send(method: string, path: string, body?: string): Promise<TextAnswer> {
    return new Promise((resolve, reject) => {
      const headers = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
      const request = httpRequest(this.#url + path, { method, agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      request.on('error', reject);
      request.end(body);
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
