import { createContext, runInContext } from 'node:vm';

/**
 * A stand-in for `@openfn/language-http` and for what OpenFn's compiler does, as far as the recipe needs them. Written
 * from the adaptor's documentation (docs.openfn.org/adaptors/packages/http-docs), the documentation of its options in
 * OpenFn/adaptors packages/http/src/Adaptor.js, and the Job Writing Guide: the operations at the top level run one after
 * the other; functions among the arguments are called with the state, at any depth; `baseUrl` and `access_token` come
 * from `state.configuration`; the body of the reply becomes `state.data`, and the earlier data goes to
 * `state.references`; a reply that is not 2xx is thrown; `.catch` belongs to the operation before it.
 */
export interface State {
  configuration: { baseUrl: string; access_token?: string };
  data: unknown;
  references?: unknown[];
  errors?: Record<string, { message: string }>;
  [name: string]: unknown;
}

interface Options {
  query?: Record<string, string>;
  headers?: Record<string, string>;
  contentType?: 'json' | 'string';
  timeout?: number;
}

type Run = (state: State) => State | Promise<State>;

/** An operation in the queue of its job, with what was chained to it. */
interface Operation {
  run: Run;
  catch(handle: (error: Error, state: State) => State): Operation;
}

/** Runs the code of one step and returns the state after it. */
export async function runStep(code: string, state: State, log: string[] = []): Promise<State> {
  const queue: Operation[] = [];
  const operation = (run: Run): Operation => {
    const one: Operation = {
      run,
      catch(handle) {
        const before = one.run;
        one.run = async (given) => {
          try {
            return await before(given);
          } catch (error) {
            return handle(error as Error, given);
          }
        };
        return one;
      },
    };
    queue.push(one);
    return one;
  };
  const request = (method: string, path: unknown, body: unknown, options: unknown) =>
    operation((given) =>
      send(method, given, ...(expanded([path, body, options], given) as [string, unknown])),
    );
  const globals = {
    fn: (run: Run) => operation(run),
    put: (path: unknown, body: unknown, options: unknown) => request('PUT', path, body, options),
    post: (path: unknown, body: unknown, options: unknown) => request('POST', path, body, options),
    del: (path: unknown, options: unknown) => request('DELETE', path, undefined, options),
    console: { log: (...parts: unknown[]) => log.push(parts.join(' ')) },
  };
  runInContext(code, createContext(globals));
  let after = state;
  for (const { run } of queue) after = await run(after);
  return after;
}

/** The arguments with each function replaced by its result for the state. */
function expanded(value: unknown, state: State): unknown {
  if (typeof value === 'function') return expanded(value(state), state);
  if (Array.isArray(value)) return value.map((one) => expanded(one, state));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, expanded(one, state)]));
}

async function send(
  method: string,
  state: State,
  path: string,
  body: unknown,
  { query = {}, headers = {}, contentType = 'json', timeout = 300_000 }: Options = {},
): Promise<State> {
  const { baseUrl, access_token: token } = state.configuration;
  if (/^https?:/.test(path)) throw new Error('paths must be relative to the baseUrl');
  const url = new URL(`${baseUrl}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': contentType === 'json' ? 'application/json' : 'text/plain',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: contentType === 'json' ? JSON.stringify(body) : String(body) }),
    signal: AbortSignal.timeout(timeout),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} failed with ${response.status}: ${text}`);
  const data = text === '' ? {} : JSON.parse(text);
  return { ...state, references: [...(state.references ?? []), state.data], data };
}
