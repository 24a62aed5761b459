import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Digest, PublishedNotification } from '../../../core/contract/digest.ts';
import type { Notification } from '../../../core/contract/notification.ts';

export interface Received {
  /** Milliseconds since the epoch. */
  at: number;
  headers: IncomingHttpHeaders;
  text: string;
  notification: Notification;
}

/** A webhook in the test process that can accept notifications, refuse them with a 500, never answer, or be down. */
export class WebhookReceiver {
  mode: 'take' | 'refuse' | 'hang' = 'take';
  /** The requests that it answered with 200. */
  readonly taken: Received[] = [];
  /** The digests among them. */
  readonly digests: Digest[] = [];
  /** Every request, answered or not. */
  posts = 0;
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook?key=secret-of-the-hook`;
  }

  /** Listens on the same port as before. */
  async up(): Promise<void> {
    if (this.#server) return;
    this.#server = createServer(async (request, response) => {
      this.posts++;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      if (this.mode === 'hang') return;
      if (this.mode === 'take') {
        const text = Buffer.concat(chunks).toString();
        const notification = PublishedNotification.parse(JSON.parse(text));
        if (notification.event === 'digest') this.digests.push(notification);
        else this.taken.push({ at: Date.now(), headers: request.headers, text, notification });
      }
      response.writeHead(this.mode === 'take' ? 200 : 500).end();
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  /** The notifications of a workflow that it received, and when (ms since the epoch). */
  told(workflow: string) {
    return this.taken.filter(({ notification }) => notification.workflow === workflow);
  }
}
