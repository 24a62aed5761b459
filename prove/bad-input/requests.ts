import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { createFunctions } from '../../local/functions.ts';
import { authorized } from '../../local/http-bridge/authorized.ts';
import { type Part, wrongPart } from './allowed.ts';
import { type Caller, isOfOtherWorkflow, refusalOf } from './callers.ts';
import type { Described, Json } from './document.ts';
import { type Draft, eventOf } from './draft.ts';

type Functions = ReturnType<typeof createFunctions>;

interface Asked {
  draft: Draft;
  number: number;
  now: number;
  /** Without one, nobody is asked for a token. */
  caller: Caller | undefined;
  /** The calls to AWS that left something behind. */
  stored: readonly string[];
}

export interface Answered {
  /** What must not be. */
  fault: string | undefined;
  /** What the document does not allow in the request. */
  wrong: Part | 'caller' | undefined;
  status: number;
}

/** Sends the request as API Gateway does, and compares the reply with the document. */
export async function answered(functions: Functions, asked: Asked): Promise<Answered> {
  const { draft, number, now, caller } = asked;
  const event = eventOf(draft, number, now);
  const reply = await send(functions, withCaller(event, caller), draft.operation);
  const { statusCode: status = 0 } = reply;
  const part = wrongPart(draft);
  const isOfOther = caller !== undefined && isOfOtherWorkflow(draft, caller);
  const isRefusedForOther = isOfOther && (part === undefined || status === 403);
  const refusal = caller && (refusalOf(draft, caller) ?? (isRefusedForOther ? 403 : undefined));
  const wrong = refusal === undefined ? part : 'caller';
  const isOther = refusal === undefined ? isDenied(status) && isForEverything(caller) : status !== refusal;
  const fault = isOther
    ? `${status}, and ${refusal ?? 'no refusal'} is right for ${caller?.what}`
    : faultOf(reply, draft.operation, wrong, asked.stored);
  return { fault, wrong, status };
}

const isDenied = (status: number) => status === 401 || status === 403;

/** What other callers may see of operations that are not of one workflow depends on what is there. */
function isForEverything(caller: Caller | undefined): boolean {
  return caller === undefined || caller.granted?.workflows.includes('*') === true;
}

function withCaller(event: APIGatewayProxyEventV2, caller: Caller | undefined): APIGatewayProxyEventV2 {
  if (caller === undefined) return event;
  const { authorization: _, ...headers } = event.headers;
  const { authorization } = caller;
  return { ...event, headers: { ...headers, ...(authorization !== undefined && { authorization }) } };
}

/** Asks the authorizer before a function that not everybody may call. */
export async function send(
  { routes, authorizer }: Functions,
  event: APIGatewayProxyEventV2,
  { method, route: path }: Pick<Described, 'method' | 'route'>,
): Promise<APIGatewayProxyStructuredResultV2> {
  const route = routes.find((one) => one.method === method && one.path === path);
  if (route === undefined) throw new Error(`there is no route ${method} ${path}`);
  return route.handler(authorizer && !route.open ? await authorized(authorizer, event) : event);
}

function faultOf(
  reply: Json,
  operation: Described,
  wrong: Answered['wrong'],
  stored: readonly string[],
): string | undefined {
  const { statusCode, body = '' } = reply;
  if (statusCode >= 500) return `${statusCode} ${body}`;
  const isWrong = wrong !== undefined;
  // Only a fault in an operation of a batch stops no other operation.
  const isBatch = operation.route.endsWith('/batch') && (wrong === 'body' || wrong === undefined);
  const isRefused =
    isInvalid(statusCode) ||
    wrong === 'caller' ||
    (isBatch && isPartlyInvalid(reply)) ||
    (isMergePatch(operation) && wrong === 'body' && statusCode === 404);
  if (isWrong && !isRefused) return `${statusCode}, and the document does not allow the ${wrong}: ${body}`;
  if (statusCode < 400) return undefined;
  const { code, detail, status } = JSON.parse(body);
  // A batch in which every operation has a fault has their results.
  if (!isBatch && (!code || !detail || status !== statusCode))
    return `${statusCode} without a problem: ${body}`;
  if (isWrong && !isBatch && stored.length > 0) return `${statusCode}, and ${stored.join(', ')} was called`;
  return undefined;
}

/** Not 404 or 409: what a request is refused for elsewhere must not hide that a fault in it was not noticed. */
export const isInvalid = (status: number) => [400, 413, 415, 422].includes(status);

/** What it makes of the settings is checked. Without a workflow there are none. */
const isMergePatch = ({ method, route }: Described) =>
  method === 'PATCH' && route === '/v1/workflows/{workflow}';

function isPartlyInvalid({ statusCode, body }: Json): boolean {
  return statusCode === 207 && JSON.parse(body).results.some(({ status }: Json) => isInvalid(status));
}
