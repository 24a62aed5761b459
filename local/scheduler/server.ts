import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Call } from './call.ts';
import { type OperationName, route } from './routes.ts';
import { invalid, ServiceError, tooLarge, unreadable } from './service-error.ts';

export interface ServerParts {
  readonly operations: Readonly<Record<OperationName, (call: Call) => object>>;
  /** Called with the operation of every call, before the call is checked. */
  readonly onCall: (operation: OperationName) => void;
  readonly onError: (error: unknown) => void;
  /** Resolves once the changes of the operations are on disk; undefined if they are already. */
  readonly kept: () => Promise<void> | undefined;
}

const maximumBodyBytes = 1024 * 1024;

/** The HTTP side: REST-JSON as `@aws-sdk/client-scheduler` speaks it. Signatures are not checked. */
export function requestListener(parts: ServerParts): RequestListener {
  return (request, response) => {
    answer(parts, request, response).catch(parts.onError);
  };
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() };
  try {
    const text = await textOf(request);
    const reply = JSON.stringify(handle(parts, request.method ?? '', request.url ?? '', text));
    await parts.kept();
    response.writeHead(200, headers).end(reply);
  } catch (error) {
    if (!(error instanceof ServiceError)) parts.onError(error);
    const { type, status, message } = error instanceof ServiceError ? error : internalError;
    const body = JSON.stringify({ Message: message });
    response.writeHead(status, { ...headers, 'x-amzn-errortype': type }).end(body);
  }
}

const internalError = new ServiceError('InternalServerException', 500, 'Internal error: see the log');

/** The whole body. A body that is too large is read to its end but not kept, so that the client reads the refusal. */
async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= maximumBodyBytes) chunks.push(chunk);
  }
  if (bytes > maximumBodyBytes) throw tooLarge('The body is larger than 1 MB');
  return Buffer.concat(chunks).toString();
}

function handle(parts: ServerParts, method: string, target: string, text: string): object {
  if (!URL.canParse(target, 'http://localhost')) throw invalid(`Invalid path ${target}`);
  const url = new URL(target, 'http://localhost');
  const { operation, name } = route(method, url.pathname);
  parts.onCall(operation);
  const query = Object.fromEntries(url.searchParams);
  return parts.operations[operation]({ name, query, body: text === '' ? {} : json(text) });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(`The body is not JSON: ${error.message}`);
    throw error;
  }
}
