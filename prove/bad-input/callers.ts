import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { httpEvent } from '../world/http-event.ts';
import { isValid, queryOf } from './allowed.ts';
import type { Json, Parameter } from './document.ts';
import type { Draft } from './draft.ts';

/** What a token was created for. */
interface Granted {
  scopes: readonly string[];
  /** Names of workflows, or a prefix and a star. */
  workflows: readonly string[];
}

/** Who sends a request. */
export interface Caller {
  /** What the Authorization header has, in words. */
  what: string;
  authorization: string | undefined;
  /** Undefined if this is no valid token. */
  granted: Granted | undefined;
}

interface Options {
  /** Sends a request as a caller who may do everything. Returns the body of the reply. */
  send: (event: APIGatewayProxyEventV2, route: { method: string; route: string }) => Promise<Json>;
  /** Moves the clock on, so that the token of one second expires. */
  expire: () => void;
}

/** An administrator, whose requests are refused for what is wrong elsewhere in them, and all other callers. */
export interface Callers {
  admin: Caller;
  others: readonly Caller[];
}

/** Creates tokens, valid ones with each scope and invalid ones of every kind. */
export async function createCallers({ send, expire }: Options): Promise<Callers> {
  const ask = (method: string, route: string, rest: object = {}) =>
    send(httpEvent({ method, route, ...rest }, 0, 0), { method, route });
  const create = async (granted: Granted, more: object = {}) => {
    const { id, token } = await ask('POST', '/v1/tokens', {
      body: { name: 'bad input', ...granted, ...more },
    });
    return { id: id as string, token: token as string, granted };
  };
  const valid = (what: string, { token, granted }: { token: string; granted: Granted }): Caller => ({
    what,
    authorization: `Bearer ${token}`,
    granted,
  });
  const all = ['ingest', 'read', 'operate'];
  const admin = await create({ scopes: ['admin'], workflows: ['*'] });
  const elsewhere = await create({ scopes: all, workflows: ['elsewhere', 'other-*'] });
  const revoked = await create(admin.granted);
  await ask('DELETE', '/v1/tokens/{token}', { parameters: { token: revoked.id } });
  const expired = await create(admin.granted, { expiresIn: 1 });
  expire();
  const scoped: Caller[] = [];
  for (const scope of all) {
    const one = await create({ scopes: [scope], workflows: ['*'] });
    scoped.push(valid(`a token for ${scope}`, one));
  }
  return {
    admin: valid('the token of an administrator', admin),
    others: [
      ...scoped,
      valid('a token for other workflows', elsewhere),
      ...invalid(admin.token).map(
        ([what, authorization]): Caller => ({ what, authorization, granted: undefined }),
      ),
      { what: 'a revoked token', authorization: `Bearer ${revoked.token}`, granted: undefined },
      { what: 'an expired token', authorization: `Bearer ${expired.token}`, granted: undefined },
    ],
  };
}

/** Headers that are nearly that of the token. */
function invalid(token: string): [what: string, authorization: string | undefined][] {
  // A secret may contain underscores.
  const [, prefix = '', id = '', secret = ''] = /^([^_]+)_([^_]+)_(.+)$/.exec(token) ?? [];
  const other = (letter: string | undefined) => (letter === 'x' ? 'y' : 'x');
  const tokens: [string, string][] = [
    ['a token with another secret', `${prefix}_${id}_${secret.slice(0, -1)}${other(secret.at(-1))}`],
    ['a token with another id', `${prefix}_${other(id[0])}${id.slice(1)}_${secret}`],
    ['a token with another prefix', `pv_${id}_${secret}`],
    ['a token without its last character', token.slice(0, -1)],
    ['a token with one character more', `${token}x`],
    ['an id without a secret', `${prefix}_${id}_`],
    ['two tokens', `${token}, ${token}`],
    ['a token and a line break', `${token}\n`.repeat(2)],
    ['a token with a letter of another script', `${prefix}_${id}_а${secret.slice(1)}`],
    ['a long token', 'x'.repeat(8_000)],
  ];
  return [
    ['no Authorization', undefined],
    ['an empty Authorization', ''],
    ['no token', 'Bearer'],
    ['a token as a password', `Basic ${Buffer.from(`${token}:`).toString('base64')}`],
    ['a token without a scheme', token],
    ...tokens.map(([what, text]): [string, string] => [what, `Bearer ${text}`]),
  ];
}

/**
 * With which status the document has the request refused, whatever else is wrong in it: 401 if the service does not know
 * the caller, and 403 if the caller may not do this.
 */
export function refusalOf({ operation, path }: Draft, { granted }: Caller): 401 | 403 | undefined {
  const { scope } = operation;
  if (scope === undefined) return undefined;
  if (granted === undefined) return 401;
  if (granted.scopes.includes('admin')) return undefined;
  const isOfWorkflow = covers(granted, path.get('workflow'));
  return granted.scopes.includes(scope) && isOfWorkflow ? undefined : 403;
}

/**
 * Whether the query, not the path, names a workflow that the caller may not see. The service refuses it with 403 as soon as
 * it has parsed the query: before it reads what a cursor stands for.
 */
export function isOfOtherWorkflow(draft: Draft, { granted }: Caller): boolean {
  const { schema } = draft.operation.parameters.find(isWorkflowInQuery) ?? {};
  const [workflow, ...more] = queryOf(draft)?.get('workflow') ?? [];
  const isOne = schema !== undefined && more.length === 0 && isValid(schema, workflow);
  return granted !== undefined && isOne && !covers(granted, workflow);
}

const isWorkflowInQuery = (one: Parameter) => one.in === 'query' && one.name === 'workflow';

function covers({ scopes, workflows }: Granted, workflow: string | undefined): boolean {
  return workflow === undefined || scopes.includes('admin') || workflows.some((one) => isIn(one, workflow));
}

function isIn(pattern: string, workflow: string): boolean {
  return pattern.endsWith('*') ? workflow.startsWith(pattern.slice(0, -1)) : workflow === pattern;
}
