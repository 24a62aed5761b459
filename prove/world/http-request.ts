import { instant } from '../../core/contract/time.ts';
import type { ItemRequest, Request, Settings } from '../history/request.ts';
import type { HttpRequest } from './http-event.ts';
import { dataOf, itemName, runName, workflowName } from './names.ts';

const itemRoute = '/v1/workflows/{workflow}/item';
const workflowRoute = '/v1/workflows/{workflow}';

/** What earlier replies and notifications have said. */
export interface Known {
  incident: string | undefined;
  redrive: string | undefined;
  /** Ms since the epoch. */
  now: number;
}

/** The request as a caller sends it; undefined if it needs something that nobody knows. */
export function httpRequest(request: Request, known: Known): HttpRequest | undefined {
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
        body: { action: request.action },
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
    default:
      return itemRequest(request, parameters);
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
    case 'progress':
    case 'fail': {
      const { run: _, ...body } = bodyOf(request);
      return of('PATCH', body);
    }
    case 'complete': {
      const { attempt } = request;
      return { ...of('DELETE'), ...(attempt !== undefined && { headers: { 'if-match': `"${attempt}"` } }) };
    }
    case 'read':
      return { ...of('GET'), query: { id } };
  }
}

/** What a request to an item says, alone or in a batch. */
function bodyOf(request: ItemRequest): Record<string, unknown> {
  const { workflow: _, item: __, ask, ...said } = request;
  const data = 'data' in request ? dataOf(request.data) : undefined;
  const run = 'run' in request ? runName(request.run) : undefined;
  return { ...said, data, run, ...(ask === 'fail' && { failed: { reason: 'the reason of a failure' } }) };
}

function operationOf(request: ItemRequest): Record<string, unknown> {
  const op = request.ask === 'fail' ? 'progress' : request.ask;
  return { op, item: itemName(request.item), ...bodyOf(request) };
}

function settingsOf({ spacing, reminder, quiet, automatic, ...settings }: Settings): Record<string, unknown> {
  return {
    ...settings,
    ...((spacing ?? reminder ?? quiet) && { notifications: { spacing, reminder, quiet } }),
    ...(automatic && { idempotent: true, redrive: { automatic } }),
  };
}
