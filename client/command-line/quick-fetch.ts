import type { IncomingMessage } from 'node:http';
import type { Fetch } from '../one-try.ts';

/**
 * `fetch` by Node's HTTP client, which is loaded three times as fast: a command makes one call or two, and loading `fetch`
 * takes longer than they do. An import of node:http would load `fetch`, too, because it reads all that the module has.
 */
export const quickFetch: Fetch = async (url, { method, headers, body, signal }) => {
  const isEncrypted = url.startsWith('https:');
  const { request } = process.getBuiltinModule(isEncrypted ? 'node:https' : 'node:http');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    request(url, { method, headers: { ...headers, ...length }, signal }, resolve)
      .on('error', reject)
      .end(body);
  });
  return {
    status: response.statusCode ?? 0,
    headers: { get: (name) => response.headersDistinct[name.toLowerCase()]?.join(', ') ?? null },
    text: () => textOf(response),
  };
};

/** Throws if the reply ends before it is whole. */
async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Whether calls go by a proxy of the environment, as Node's `fetch` was told to and its HTTP client need not know. */
export function usesProxy({
  NODE_USE_ENV_PROXY: told,
  NODE_OPTIONS: options = '',
}: NodeJS.ProcessEnv): boolean {
  return told === '1' || options.includes('--use-env-proxy');
}
