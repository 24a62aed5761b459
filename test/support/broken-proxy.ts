import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request on its way to a service, or to the reply on its way back. */
export type Fault =
  | 'none'
  /** The request never arrives: its connection is reset. */
  | 'reset'
  /** The request arrives, and its reply is lost with the connection. */
  | 'reply-lost'
  /** The reply ends in the middle of its JSON, as if that were its end. */
  | 'reply-cut'
  /** The connection breaks in the middle of the reply. */
  | 'reply-broken'
  /** A proxy answers in place of the service: the request never arrives. */
  | 'page-of-the-proxy'
  /** A proxy answers 502 although the request has arrived. */
  | 'arrived-but-502'
  /** The request arrives, and nothing ever comes back on the open connection. */
  | 'half-open'
  /** The request arrives late. */
  | 'late';

export const faults: readonly Fault[] = [
  'reset',
  'reply-lost',
  'reply-cut',
  'reply-broken',
  'page-of-the-proxy',
  'arrived-but-502',
  'half-open',
  'late',
];

const lateMs = 30;

/** One request in this many meets a fault. */
const requestsToFault = 4;

/**
 * Draws the fault of each request: of four requests in a row one has a fault, at a random place, and every kind of
 * fault has its turn, in random order, before a kind comes again.
 */
export function faultsInTurns(random: () => number): () => Fault {
  const left: Fault[] = [];
  let requests = 0;
  let place = 0;
  return () => {
    if (requests++ % requestsToFault === 0) place = requests + Math.floor(random() * requestsToFault);
    if (requests !== place) return 'none';
    if (left.length === 0) left.push(...faults);
    const [fault = 'none'] = left.splice(Math.floor(random() * left.length), 1);
    return fault;
  };
}

/** A proxy in front of a service, which breaks requests as it is told. */
export class BrokenProxy {
  /** The fault of the next request. */
  draw: () => Fault = () => 'none';
  /** Requests that it received. */
  received = 0;
  readonly seen = new Map<Fault, number>();
  readonly #target: URL;
  readonly #server = createServer((request, response) => {
    // What breaks between the proxy and the service is one more connection that breaks.
    this.#handle(request, response).catch(() => request.socket.destroy());
  });
  #port = 0;

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  static async start(target: string): Promise<BrokenProxy> {
    const proxy = new BrokenProxy(target);
    await proxy.back();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Nothing listens any more: connections are refused. */
  away(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** Listens again, on the same port. */
  back(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.received++;
    const fault = this.draw();
    this.seen.set(fault, (this.seen.get(fault) ?? 0) + 1);
    const body = await bytesOf(request);
    if (fault === 'reset') return void request.socket.destroy();
    if (fault === 'page-of-the-proxy') return page(response);
    // In tests a broken connection must not wait for real time: the request arrives after others that were sent later.
    if (fault === 'late') await new Promise((resolve) => setTimeout(resolve, lateMs));
    const reply = await this.#forward(request, body);
    if (fault === 'half-open') return;
    if (fault === 'reply-lost') return void request.socket.destroy();
    if (fault === 'arrived-but-502') return page(response);
    if (fault === 'reply-cut' || fault === 'reply-broken') {
      const half = reply.body.subarray(0, reply.body.length / 2);
      const length = fault === 'reply-cut' ? half.length : reply.body.length;
      response.writeHead(reply.status, { ...reply.headers, 'content-length': length });
      response.write(half, () => fault === 'reply-broken' && request.socket.destroy());
      return void (fault === 'reply-cut' && response.end());
    }
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  }

  #forward({ method, url: path, headers }: IncomingMessage, body: Buffer) {
    const { hostname, port } = this.#target;
    return new Promise<{ status: number; headers: Record<string, string>; body: Buffer }>(
      (resolve, reject) => {
        const { host, connection, ...passed } = headers;
        const forwarded = sendRequest({ hostname, port, method, path, headers: passed }, (reply) => {
          const { 'content-type': type = '', link, 'retry-after': retryAfter } = reply.headers;
          const kept = { 'content-type': type, ...(link && { link: String(link) }) };
          bytesOf(reply).then(
            (bytes) =>
              resolve({
                status: reply.statusCode ?? 0,
                headers: { ...kept, ...(retryAfter && { 'retry-after': retryAfter }) },
                body: bytes,
              }),
            reject,
          );
        });
        forwarded.on('error', reject);
        forwarded.end(body);
      },
    );
  }
}

function page(response: ServerResponse): void {
  response.writeHead(502, { 'content-type': 'text/html' });
  response.end('<html><h1>502 Bad Gateway</h1></html>');
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
