import { type IncomingMessage, type OutgoingHttpHeader, ServerResponse } from 'node:http';

/** The parts of a reply that an SDK client reads. */
export interface Response {
  statusCode: number;
  headers: Record<string, string>;
  body: Buffer;
}

type Headers = Record<string, OutgoingHttpHeader | undefined>;
type Done = (error?: Error | null) => void;

/** A response of Node, collected instead of written to a socket. */
export class InProcessAnswer extends ServerResponse {
  readonly #answered: (response: Response) => void;
  readonly #chunks: Buffer[] = [];
  #headersSent = false;

  /** @param answered called once, when the response has ended */
  constructor(request: IncomingMessage, answered: (response: Response) => void) {
    super(request);
    this.#answered = answered;
  }

  static {
    // Node has a getter here, which returns what was written to its socket. TypeScript takes it for a property.
    Object.defineProperty(InProcessAnswer.prototype, 'headersSent', {
      get(this: InProcessAnswer) {
        return this.#headersSent;
      },
    });
  }

  override writeHead(statusCode: number, reason?: string | Headers | unknown[], headers?: unknown): this {
    this.statusCode = statusCode;
    const given = (typeof reason === 'string' ? headers : reason) as Headers | undefined;
    for (const [name, value] of Object.entries(given ?? {})) {
      if (value !== undefined) this.setHeader(name, value);
    }
    this.#headersSent = true;
    return this;
  }

  override write(chunk: string | Uint8Array, encoding?: BufferEncoding | Done | null, done?: Done): boolean {
    this.#headersSent = true;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : Buffer.from(chunk);
    this.#chunks.push(bytes);
    const told = typeof encoding === 'function' ? encoding : done;
    if (told) queueMicrotask(told);
    return true;
  }

  override end(
    chunk?: string | Uint8Array | (() => void) | null,
    encoding?: BufferEncoding | (() => void) | null,
    done?: () => void,
  ): this {
    if (this.finished) return this;
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) this.write(chunk, encodingOf(encoding));
    this.#headersSent = true;
    this.finished = true;
    const told = [chunk, encoding, done].find((one) => typeof one === 'function') as (() => void) | undefined;
    if (told) this.once('finish', told);
    this.#answered({ statusCode: this.statusCode, headers: this.#headers(), body: this.#body() });
    queueMicrotask(() => {
      this.emit('finish');
      this.emit('close');
    });
    return this;
  }

  #headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.getHeaders())) headers[name] = [value].flat().join(', ');
    return headers;
  }

  #body(): Buffer {
    const [first = Buffer.alloc(0), ...others] = this.#chunks;
    return others.length === 0 ? first : Buffer.concat(this.#chunks);
  }
}

function encodingOf(encoding: BufferEncoding | (() => void) | Done | null | undefined): BufferEncoding {
  return typeof encoding === 'string' ? encoding : 'utf8';
}
