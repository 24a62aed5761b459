import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Handles a posted body. If it rejects, the reply is a 500 and the sender may try again. */
export type Handler = (body: unknown, path: string) => unknown;

export interface JsonServer {
  url: string;
  close(): void;
}

/** Accepts posted JSON on any free port of this machine, and replies when the handler has finished. */
export async function listen(handle: Handler): Promise<JsonServer> {
  const server = createServer(async (request, response) => {
    try {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      await handle(JSON.parse(text), request.url ?? '/');
      response.writeHead(200).end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Throws an error if the reply is not a 2xx. */
export async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
}
