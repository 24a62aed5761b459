import type { Clock } from './clock.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpReply } from './reply.ts';
import { WardenError } from './warden-error.ts';

/** What the client needs of `fetch`: it sends one request and follows no redirect, which would carry the token elsewhere. */
export type Fetch = (
  url: string,
  init: Omit<HttpRequest, 'url'> & { signal: AbortSignal; redirect: 'manual' },
) => Promise<Pick<HttpReply, 'status' | 'headers'> & { text: () => Promise<string> }>;

/** One request on its way. */
export interface OneTry {
  fetch: Fetch;
  clock: Clock;
  request: HttpRequest;
  /** The time limit, in milliseconds. */
  ms: number;
  signal: AbortSignal | undefined;
}

/**
 * Sends a request once and reads the whole reply. Throws a WardenError: `timeout`, `aborted`, or `unreachable` for every
 * other failure of the network.
 */
export async function oneTry({ fetch, clock, request, ms, signal }: OneTry): Promise<HttpReply> {
  if (signal?.aborted) throw aborted(signal);
  const controller = new AbortController();
  const { promise: ended, reject: end } = rejectable();
  const cancel = clock.after(ms, () =>
    end(new WardenError('timeout', `the warden at ${hostOf(request)} returned nothing within ${ms} ms`)),
  );
  const abort = () => end(aborted(signal));
  signal?.addEventListener('abort', abort);
  const reply = exchange(fetch, request, controller.signal);
  // The request fails a second time when it is aborted below.
  reply.catch(() => {});
  try {
    // A fetch that ignores its signal does not hold the caller up either.
    return await Promise.race([reply, ended]);
  } catch (error) {
    if (error instanceof WardenError) throw error;
    throw new WardenError('unreachable', `the warden at ${hostOf(request)} cannot be reached${why(error)}`, {
      cause: error,
    });
  } finally {
    cancel();
    signal?.removeEventListener('abort', abort);
    controller.abort();
  }
}

async function exchange(
  send: Fetch,
  { url, ...request }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> {
  const response = await send(url, { ...request, signal, redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function aborted(signal: AbortSignal | undefined): WardenError {
  return new WardenError('aborted', 'the call was aborted by its caller', { cause: signal?.reason });
}

function hostOf({ url }: HttpRequest): string {
  return new URL(url).origin;
}

/** The code of a system error, such as ECONNREFUSED: fetch hides it in the cause. */
function why(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ('code' in one && typeof one.code === 'string') return `: ${one.code}`;
  }
  return '';
}

function rejectable(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  return { promise, reject };
}
