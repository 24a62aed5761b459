import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { authorizerCachedMs } from '../../core/names/clockwork.ts';
import { authorized, type HttpAuthorizer } from '../../local/http-bridge/authorized.ts';
import type { Reply } from '../ledger.ts';
import type { Fault } from './fault.ts';
import type { Fleet } from './fleet.ts';
import { type HttpRequest, httpEvent } from './http-event.ts';
import type { Instance } from './instance.ts';
import type { VirtualTime } from './virtual-time.ts';

type Authorization = Awaited<ReturnType<HttpAuthorizer>>;

/** The HTTP API in front of the functions. It caches the answer of the authorizer about a token for a while. */
export class Gateway {
  readonly #time: VirtualTime;
  readonly #fleet: Fleet;
  readonly #authorizations = new Map<string, { answer: Authorization; until: number }>();

  constructor(time: VirtualTime, fleet: Fleet) {
    this.#time = time;
    this.#fleet = fleet;
  }

  /** Passes a request to its function. Without a reply, nobody knows its outcome. */
  async pass(
    sent: HttpRequest,
    number: number,
    fault: Fault | undefined,
  ): Promise<{ reply: Reply | undefined; isFaulted: boolean }> {
    const { result, isFaulted } = await this.#fleet.run('http', fault, (instance) =>
      this.#handle(instance, sent, number),
    );
    if (result === undefined) return { reply: undefined, isFaulted };
    if ('error' in result) throw result.error;
    return { reply: replyOf(result.value), isFaulted };
  }

  async #handle(
    instance: Instance,
    sent: HttpRequest,
    number: number,
  ): Promise<APIGatewayProxyStructuredResultV2> {
    const token = sent.headers?.authorization;
    const { routes, authorizer } = token === undefined ? instance.functions : instance.guarded();
    const route = routes.find(({ method, path }) => method === sent.method && path === sent.route);
    if (route === undefined) throw new Error(`there is no route ${sent.method} ${sent.route}`);
    const event = httpEvent(sent, number, this.#time.now() + instance.skewMs);
    if (token === undefined || authorizer === undefined) return route.handler(event);
    const known = await authorized((question) => this.#authorize(token, question, authorizer), event).catch(
      () => undefined,
    );
    // The reply of API Gateway if the authorizer fails.
    return known === undefined ? { statusCode: 500 } : route.handler(known);
  }

  async #authorize(
    token: string,
    question: Parameters<HttpAuthorizer>[0],
    authorizer: HttpAuthorizer,
  ): Promise<Authorization> {
    const kept = this.#authorizations.get(token);
    if (kept && this.#time.now() < kept.until) return kept.answer;
    const answer = await authorizer(question);
    this.#authorizations.set(token, { answer, until: this.#time.now() + authorizerCachedMs });
    return answer;
  }
}

/** Lines of JSON are one list, and a text is itself. */
function replyOf({ statusCode = 0, body = '', headers = {} }: APIGatewayProxyStructuredResultV2): Reply {
  const json = bodyIn(String(headers['content-type'] ?? ''), body);
  const { link } = headers;
  return { status: statusCode, json, ...(typeof link === 'string' && { link }) };
}

function bodyIn(type: string, body: string): unknown {
  if (type.startsWith('text/plain')) return body;
  if (type.includes('ndjson'))
    return body.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return body === '' ? undefined : JSON.parse(body);
}
