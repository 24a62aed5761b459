import { AwsError } from './aws-error.ts';
import type { Call, Disturbances, Service } from './disturbances.ts';
import { isObject, received } from './send-objects.ts';

/** The parts of a request that an SDK client sends. */
export interface Request {
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

/** The parts of a reply that an SDK client reads. */
export interface Reply {
  statusCode: number;
  headers: Record<string, string>;
  body: Buffer;
  /** Instead of a body, if the input was an object. */
  output?: object;
}

/** A service: its protocol and its operations. Both are synchronous. */
export interface Server {
  service: Service;
  /** The service's own errors for calls that a disturbance throttles or fails. */
  throttling: AwsError;
  failure: AwsError;
  read(request: Request): { operation: string; input: Record<string, unknown> };
  /** Throws an AwsError that the caller sees. */
  run(operation: string, input: Record<string, unknown>): object;
  reply(output: object, operation: string): Reply;
  error(error: AwsError): Reply;
}

/** The state that all transports of one AWS share. */
export interface Shared {
  disturbances: Disturbances;
  isClosed: boolean;
  calls: number;
}

interface HandlerOptions {
  abortSignal?: { aborted: boolean; onabort: unknown } | AbortSignal;
}

const nothing = Buffer.alloc(0);

/** The error of a call whose process is gone: the SDK does not try it again. */
export class ProcessGone extends Error {
  override name = 'ProcessGone';

  constructor() {
    super('the process is gone');
  }
}

/**
 * The `requestHandler` of an SDK client whose service is in memory. The client writes and reads the same bytes as with
 * sockets, or objects (send-objects.ts). A call takes effect at once, unless a disturbance holds it.
 */
export class MemoryTransport {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #server: Server;
  readonly #shared: Shared;

  constructor(server: Server, shared: Shared) {
    this.#server = server;
    this.#shared = shared;
  }

  async handle(request: Request, { abortSignal }: HandlerOptions = {}): Promise<{ response: Reply }> {
    const { disturbances } = this.#shared;
    this.#check(abortSignal);
    const call: Call = { service: this.#server.service, ...this.#server.read(request) };
    this.#shared.calls++;
    const fault = disturbances.fault?.(call);
    const held = disturbances.holds?.(call);
    if (held) {
      await held;
      this.#check(abortSignal);
    }
    if (fault === 'refused') throw networkError('ECONNRESET', 'the connection was reset before the call');
    if (fault === 'crashed before') throw new ProcessGone();
    if (fault === 'throttled') return { response: this.#server.error(this.#server.throttling) };
    if (fault === 'failed') return { response: this.#server.error(this.#server.failure) };
    const response = this.#answer(call, isObject(request.body));
    if (fault === 'lost') throw networkError('ECONNRESET', 'the connection was reset before the reply');
    if (fault === 'crashed after') throw new ProcessGone();
    return { response };
  }

  /** Called by SDK clients when they are destroyed: others may use the transport. */
  destroy(): void {}

  /** SDK clients call this. There is nothing to set: without a connection there are no time limits for one. */
  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  #check(signal: HandlerOptions['abortSignal']): void {
    if (this.#shared.isClosed) throw networkError('ECONNREFUSED', 'the AWS in memory is closed');
    if (signal?.aborted) throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
  }

  #answer({ operation, input }: Call, asObject: boolean): Reply {
    try {
      const output = this.#server.run(operation, input);
      if (asObject)
        return { statusCode: 200, headers: {}, body: nothing, output: received(output) as object };
      return this.#server.reply(output, operation);
    } catch (error) {
      if (error instanceof AwsError) return this.#server.error(error);
      throw error;
    }
  }
}

function networkError(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
