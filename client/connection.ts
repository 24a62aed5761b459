import type { ReplyOf, RequestOf } from '../core/contract/calls.ts';
import type { Operation } from '../core/contract/routes.ts';
import { Circuit } from './circuit.ts';
import { type Clock, systemClock } from './clock.ts';
import { authorizationOf, baseOf, type HttpRequest, httpRequest } from './http-request.ts';
import { type Fetch, oneTry } from './one-try.ts';
import { type HttpReply, replyValue } from './reply.ts';
import { withRetries } from './retries.ts';
import { WardenError } from './warden-error.ts';

/** Returns the headers that prove who calls. Called for each try. */
export type Sign = (request: HttpRequest) => Record<string, string> | Promise<Record<string, string>>;

export interface ConnectionOptions {
  /** Where the service is reached, such as `http://localhost:8080`. */
  url: string;
  /** The bearer token. */
  token?: string;
  /** Signs each request instead of a token, such as `signWithIam` of `process-warden/client/iam`. */
  sign?: Sign;
  /** The runtime's `fetch` by default. */
  fetch?: Fetch;
  /** Milliseconds that one try may take: 3 s by default. Calls that count or transfer many items may take 30 s. */
  tryTimeoutMs?: number;
  /**
   * Milliseconds that a call may take with all its tries: 10 s by default, 60 s for calls that count or transfer many
   * items.
   */
  timeoutMs?: number;
  clock?: Clock;
  /** Numbers from 0 to 1, for the pauses between tries. */
  random?: () => number;
}

/** Calls an operation of the service. Throws a WardenError. */
export type Call = <Name extends Operation>(
  operation: Name,
  request: RequestOf<Name>,
) => Promise<ReplyOf<Name>>;

export interface CallOptions {
  /** Tries once, even if the circuit is open. */
  insists?: boolean;
  /** The body as text, in place of the request's. */
  body?: string;
}

/** The way to a service. */
export interface Connection {
  clock: Clock;
  random: () => number;
  circuit: Circuit;
  tryTimeoutMs: number;
  timeoutMs: number;
  call: <Name extends Operation>(
    operation: Name,
    request: RequestOf<Name>,
    options?: CallOptions,
  ) => Promise<ReplyOf<Name>>;
  /**
   * Like `call`, for replies that are not one JSON value: `read` returns the value of a reply and may throw a
   * WardenError.
   */
  receive: <Name extends Operation, Value>(
    operation: Name,
    request: RequestOf<Name>,
    read: (reply: HttpReply) => Value,
    options?: CallOptions,
  ) => Promise<Value>;
}

/** Operations that count items or transfer many: the service takes up to 29 s for them. */
const slow: ReadonlySet<Operation> = new Set([
  'list',
  'batch',
  'reconcile',
  'start-redrive',
  'read-redrive',
  'discard',
  'list-workflows',
]);
const slowTryMs = 30_000;
const slowMs = 60_000;

/** A repeat of these would have a second effect: another redrive, another token. They are retried only after 429. */
const once: ReadonlySet<Operation> = new Set(['start-redrive', 'create-token']);

/** Throws a TypeError if the address or the token is invalid. */
export function connect({
  url,
  token,
  sign = () => ({}),
  fetch: send = (input, init) => fetch(input, init),
  tryTimeoutMs = 3_000,
  timeoutMs = 10_000,
  clock = systemClock,
  random = Math.random,
}: ConnectionOptions): Connection {
  const base = baseOf(url);
  const authorization = token === undefined ? {} : authorizationOf(token);
  const circuit = new Circuit(clock, random);

  const receive: Connection['receive'] = (operation, request, read, { insists = false, body } = {}) => {
    const { signal } = request;
    const isSlow = slow.has(operation);
    const mayRetry = (error: WardenError) =>
      !insists && !circuit.isOpen && (!once.has(operation) || error.status === 429);
    const until = clock.now() + (request.timeoutMs ?? (isSlow ? Math.max(slowMs, timeoutMs) : timeoutMs));
    const patience = { clock, random, until, signal, mayRetry };
    const limit = isSlow ? Math.max(slowTryMs, tryTimeoutMs) : tryTimeoutMs;
    return withRetries({ ...patience, tryTimeoutMs: limit }, (ms) =>
      circuit.run(
        async () => {
          const unsigned = httpRequest(base, operation, { ...request, body: body ?? request.body });
          const headers = { ...unsigned.headers, ...authorization };
          const signed = { ...headers, ...(await signatureOf(sign, { ...unsigned, headers })) };
          return read(
            await oneTry({ fetch: send, clock, request: { ...unsigned, headers: signed }, ms, signal }),
          );
        },
        { insists },
      ),
    );
  };

  return {
    clock,
    random,
    circuit,
    tryTimeoutMs,
    timeoutMs,
    receive,
    call: (operation, request, options) =>
      receive(operation, request, (reply) => replyValue(operation, reply, clock) as never, options),
  };
}

/** Credentials may be fetched over the network too, so a failure to get them counts as a failure of the network. */
async function signatureOf(sign: Sign, request: HttpRequest): Promise<Record<string, string>> {
  try {
    return await sign(request);
  } catch (cause) {
    throw new WardenError('unreachable', 'the request could not be signed', { cause });
  }
}
