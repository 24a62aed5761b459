import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address that leads to a warden while the way is open, and where nothing listens while it is closed. */
export class Way {
  readonly url: string;
  readonly #port: number;
  readonly #target: URL;
  #server: Server | undefined;

  private constructor(port: number, target: string) {
    this.#port = port;
    this.#target = new URL(target);
    this.url = `http://127.0.0.1:${port}`;
  }

  /** A closed way. */
  static async to(target: string): Promise<Way> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return new Way(port, target);
  }

  async open(): Promise<void> {
    const { host, hostname, port } = this.#target;
    this.#server = createServer((incoming, response) => {
      const { method, url: path } = incoming;
      // A warden on a laptop accepts its own name only.
      const headers = { ...incoming.headers, host };
      const forwarded = httpRequest({ hostname, port, method, path, headers }, (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      });
      forwarded.on('error', () => response.destroy());
      incoming.pipe(forwarded);
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = undefined;
  }
}
