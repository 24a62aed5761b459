import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RedriveMessage, WardenClient } from '../support/warden-client.ts';

/** What is kept of a webhook, which is all that is needed to post it again. */
interface Posted {
  path: string;
  body: unknown;
}

export interface Ingress {
  url: string;
  close(): void;
}

const timeLimitMs = 35_000;

/**
 * Stands before OpenFn's webhooks: registers the body with the warden, then posts it to the same path of OpenFn. The
 * workflow's last step completes the item, whose id it finds in the header `x-warden-item`.
 *
 * - `POST /i/…`: a webhook. The sender's `idempotency-key` is the id of the item, or a new id. Until the warden has the
 *   body, nobody has, so the sender gets a 503 and should send it again. From then on it gets a 202 even if OpenFn does
 *   not take the body: the item is reported as failed, and a redrive posts it later. A repeated webhook is not posted
 *   again: it was posted, or the deadline tells.
 * - `POST /resume`: a redrive message of the warden. A message whose item has moved on does nothing.
 *
 * @param timeout for the whole workflow, such as `15m`
 * @param say is told of each request that was answered with a 503
 */
export async function startIngress(
  openfnUrl: string,
  warden: WardenClient,
  timeout: string,
  say: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<Ingress> {
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    const text = Buffer.concat(await request.toArray()).toString();
    const path = request.url ?? '/';
    try {
      if (path === '/resume') return void reply(200, await resume(JSON.parse(text)));
      const item = request.headers['idempotency-key']?.toString() ?? randomUUID();
      const posted: Posted = { path, body: JSON.parse(text) };
      // The run makes a repeat of a completed webhook known, instead of a new life of its item.
      const { outcome } = await warden.register(item, { timeout, run: item, data: posted });
      const isNew = outcome === 'created' || outcome === 'restarted';
      const refusal = isNew ? await post(item, posted) : undefined;
      if (refusal !== undefined) await warden.progress(item, { failed: { type: 'openfn', reason: refusal } });
      reply(202, { item });
    } catch (error) {
      say(`${path}: ${error instanceof Error ? error.message : error}`);
      reply(503, { error: 'try again' });
    }
  }

  async function resume({
    item,
    attempt,
    data,
  }: RedriveMessage<Posted> & { attempt: number }): Promise<object> {
    // A completed item is read as its receipt.
    const { attempt: current, state } = await warden.read(item);
    if (current !== attempt || state !== 'waiting') return { item, isOver: true };
    const refusal = await post(item, data);
    // Not 2xx: the warden delivers the message again.
    if (refusal !== undefined) throw new Error(refusal);
    return { item };
  }

  /** Posts to OpenFn. Returns why OpenFn did not begin the work, or undefined if it did. */
  async function post(item: string, { path, body }: Posted): Promise<string | undefined> {
    try {
      const response = await fetch(openfnUrl + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-warden-item': encodeURIComponent(item) },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeLimitMs),
      });
      const answer = (await response.json()) as { error?: string };
      if (!response.ok) return `OpenFn answered ${response.status}`;
      // The limit of runs is reached: the work order is rejected, with the status 200.
      return answer.error === undefined ? undefined : `OpenFn created no run: ${answer.error}`;
    } catch (error) {
      return `OpenFn cannot be reached: ${error instanceof Error ? error.name : 'unknown error'}`;
    }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
