import { instant } from '../../core/contract/time.ts';
import type { ItemRequest, Request, SettingsChange } from '../history/request.ts';
import type { HttpRequest } from './http-event.ts';
import { dataOf, itemName, runName, workflowName } from './names.ts';

const itemRoute = '/v1/workflows/{workflow}/item';
const failRoute = '/v1/workflows/{workflow}/fail';
const workflowRoute = '/v1/workflows/{workflow}';
const tokensRoute = '/v1/tokens';

const reason = 'the reason of a failure';
/** The output of a job, with colours. */
const output = `copying\n\u001b[31m${reason}\u001b[0m\n`;

/** The facts from earlier replies and notifications. */
export interface Known {
  incident: string | undefined;
  redrive: string | undefined;
  token: { id: string; text: string } | undefined;
  /** Ms since the epoch. */
  now: number;
}

/** A message to the ingest queue, in the form of its sender. */
export function messageOf({ workflow, operations }: Extract<Request, { ask: 'ingest' }>): string {
  return JSON.stringify({ workflow: workflowName(workflow), operations: operations.map(operationOf) });
}

/** The HTTP request of a caller; undefined if it needs a value that nobody knows. */
export function httpRequest(
  request: Exclude<Request, { ask: 'ingest' }>,
  known: Known,
): HttpRequest | undefined {
  const parameters = { workflow: workflowName(request.workflow) };
  const of = (method: string, rest = '', body?: unknown): HttpRequest => ({
    method,
    route: `${workflowRoute}${rest}`,
    parameters,
    body,
  });
  switch (request.ask) {
    case 'batch':
      return of('POST', '/batch', { operations: request.operations.map(operationOf) });
    case 'settings':
      return of('PUT', '', settingsOf(request.settings));
    case 'change settings':
      return of('PATCH', '', settingsOf(request.settings));
    case 'read workflow':
      return of('GET');
    case 'remove workflow':
      return of('DELETE');
    case 'silence': {
      const until = instant(known.now + request.for * 1_000);
      return of('PUT', '/silence', { until, reason: 'the reason of a silence', create: true });
    }
    case 'end silence':
      return of('DELETE', '/silence');
    case 'acknowledge':
      if (known.incident === undefined) return undefined;
      return {
        method: 'PATCH',
        route: '/v1/incidents/{incident}',
        parameters: { incident: known.incident },
        body: { acknowledged: true },
      };
    case 'redrive':
      return of('POST', '/redrives', { timeout: request.timeout, rate: 100 });
    case 'change redrive':
      if (known.redrive === undefined) return undefined;
      return {
        method: 'PATCH',
        route: '/v1/workflows/{workflow}/redrives/{redrive}',
        parameters: { ...parameters, redrive: known.redrive },
        body: { action: request.action, rate: request.rate },
      };
    case 'discard':
      return of(
        'POST',
        '/discards',
        request.token === undefined ? { dryRun: true } : { token: request.token },
      );
    case 'reconcile':
      return of('POST', '/reconcile', { ids: request.items.map(itemName) });
    case 'list':
      return { ...of('GET', '/items'), query: { state: request.state } };
    case 'walk': {
      const { format, limit } = request;
      return { ...of('GET', '/items'), query: { format, limit: String(limit) } };
    }
    case 'read statistics':
      return { ...of('GET', '/statistics'), query: { by: request.by } };
    case 'read metrics':
      return { method: 'GET', route: '/v1/metrics' };
    case 'read audit': {
      const { ofAll, limit } = request;
      const query = { limit: String(limit), ...(!ofAll && { workflow: parameters.workflow }) };
      return { method: 'GET', route: '/v1/audit', query };
    }
    case 'create token': {
      const { workflow } = parameters;
      const body = { name: 'a token', scopes: request.scopes, workflows: [workflow] };
      return { method: 'POST', route: tokensRoute, body };
    }
    case 'revoke token':
      if (known.token === undefined) return undefined;
      return { method: 'DELETE', route: `${tokensRoute}/{token}`, parameters: { token: known.token.id } };
    default: {
      if (!request.withToken) return itemRequest(request, parameters);
      if (known.token === undefined) return undefined;
      const plain = itemRequest(request, parameters);
      return { ...plain, headers: { ...plain.headers, authorization: `Bearer ${known.token.text}` } };
    }
  }
}

function itemRequest(request: ItemRequest, parameters: Record<string, string>): HttpRequest {
  const id = itemName(request.item);
  const run = 'run' in request ? runName(request.run) : undefined;
  const of = (method: string, body?: unknown): HttpRequest => ({
    method,
    route: itemRoute,
    parameters,
    query: { id, run },
    body,
  });
  switch (request.ask) {
    case 'register':
      return { ...of('PUT', bodyOf(request)), query: { id } };
    case 'fail':
      if (request.via === 'POST') return { ...of('POST'), route: failRoute, text: output };
      return of('PATCH', withoutRun(bodyOf(request)));
    case 'progress':
      return of('PATCH', withoutRun(bodyOf(request)));
    case 'complete': {
      const { attempt } = request;
      return { ...of('DELETE'), ...(attempt !== undefined && { headers: { 'if-match': `"${attempt}"` } }) };
    }
    case 'read':
      return { ...of('GET'), query: { id } };
  }
}

/** Elsewhere than in a registration and in a batch, the run is in the query. */
function withoutRun({ run: _, ...body }: Record<string, unknown>): Record<string, unknown> {
  return body;
}

/** The members of a request to an item, alone or in a batch. */
function bodyOf(request: ItemRequest): Record<string, unknown> {
  const { workflow: _, item: __, withToken: ___, ask, ...said } = request;
  if (ask === 'fail') return { run: runName(request.run), failed: { reason } };
  const data = 'data' in request ? dataOf(request.data) : undefined;
  const run = 'run' in request ? runName(request.run) : undefined;
  return { ...said, data, run };
}

function operationOf(request: ItemRequest): Record<string, unknown> {
  const op = request.ask === 'fail' ? 'progress' : request.ask;
  return { op, item: itemName(request.item), ...bodyOf(request) };
}

function settingsOf(change: SettingsChange): Record<string, unknown> {
  const { spacing, reminder, quiet, automatic, ...settings } = change;
  const isNotified = [spacing, reminder, quiet].some((value) => value !== undefined);
  return {
    ...settings,
    ...(isNotified && { notifications: { spacing, reminder, quiet } }),
    ...(automatic && { idempotent: true, redrive: { automatic } }),
    ...(automatic === null && { redrive: null }),
  };
}
