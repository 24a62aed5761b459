import { type Operation, routes } from '../../core/contract/routes.ts';
import { instant } from '../../core/contract/time.ts';
import type { FunctionName } from '../../core/lambda/entry.ts';
import { type HttpRequest, httpEvent } from '../../prove/world/http-event.ts';
import { notification } from '../../test/support/notifications.ts';
import { authorizer, data } from './events.ts';
import { type Fresh, type Kept, workflows } from './found-by-requests.ts';

const hourMs = 3_600_000;
/** Of redrives: at a lower rate the function would wait after its page. */
const rate = 1_000;
const workflow = workflows.usual;

/**
 * The event of the first request to each function. No request needs another one before it; `run-redrives` resumes the
 * items of redrives that were started before.
 */
export function firstRequests(
  round: number,
  { incident, redrive, token, revocable, timer }: Kept & Fresh,
): Record<FunctionName, object> {
  const inWorkflow = { parameters: { workflow } };
  const onItem = (item: string) => ({ ...inWorkflow, query: { id: item } });
  const registration = { op: 'register', timeout: 3_600 };
  const ofRedrive = { parameters: { workflow: workflows.redriven, redrive } };
  const ofSilence = { parameters: { workflow: workflows.silenced } };
  const ofIncident = { parameters: { incident } };
  const requests: Record<Operation, object> = {
    register: requestOf('register', { ...onItem(`registered-${round}`), body: { timeout: 3_600, data } }),
    read: requestOf('read', onItem('kept')),
    progress: requestOf('progress', { ...onItem(`progressed-${round}`), body: { step: 'copied' } }),
    complete: requestOf('complete', onItem(`completed-${round}`)),
    fail: requestOf('fail', {
      parameters: { workflow: workflows.breached },
      query: { id: `failing-${round}` },
      text: 'disk full',
    }),
    batch: requestOf('batch', {
      ...inWorkflow,
      body: { operations: [{ ...registration, item: `batched-${round}` }] },
    }),
    list: requestOf('list', inWorkflow),
    reconcile: requestOf('reconcile', { ...inWorkflow, body: { ids: ['kept'] } }),
    'start-redrive': requestOf('start-redrive', {
      parameters: { workflow: workflows.redriven },
      body: { ids: [`lost-${round}`], rate },
    }),
    'list-redrives': requestOf('list-redrives', { parameters: { workflow: workflows.redriven } }),
    'read-redrive': requestOf('read-redrive', ofRedrive),
    'change-redrive': requestOf('change-redrive', { ...ofRedrive, body: { rate: round + 1 } }),
    discard: requestOf('discard', {
      parameters: { workflow: workflows.breached },
      body: { dryRun: true, ids: ['kept'] },
    }),
    'list-workflows': requestOf('list-workflows'),
    'read-workflow': requestOf('read-workflow', inWorkflow),
    'save-workflow': requestOf('save-workflow', {
      ...inWorkflow,
      body: { badge: true, timeout: 600 + round },
    }),
    'change-workflow': requestOf('change-workflow', {
      ...inWorkflow,
      body: { description: `round ${round}` },
    }),
    'remove-workflow': requestOf('remove-workflow', { parameters: { workflow: `removed-${round}` } }),
    'read-statistics': requestOf('read-statistics', inWorkflow),
    'silence-workflow': requestOf('silence-workflow', {
      ...ofSilence,
      body: { until: instant(Date.now() + 2 * hourMs), reason: 'maintenance' },
    }),
    'end-silence': requestOf('end-silence', ofSilence),
    'list-incidents': requestOf('list-incidents'),
    'read-incident': requestOf('read-incident', ofIncident),
    'acknowledge-incident': requestOf('acknowledge-incident', {
      ...ofIncident,
      body: { acknowledged: true, note: `round ${round}` },
    }),
    'create-token': requestOf('create-token', {
      body: { name: 'bench', scopes: ['read'], workflows: ['*'] },
    }),
    'list-tokens': requestOf('list-tokens'),
    'revoke-token': requestOf('revoke-token', { parameters: { token: revocable } }),
    'list-audit': requestOf('list-audit'),
    'read-metrics': requestOf('read-metrics'),
    'check-health': requestOf('check-health'),
    'read-openapi': requestOf('read-openapi'),
  };
  return {
    ...requests,
    authorize: { headers: { authorization: `Bearer ${token}` }, requestContext: { requestId: 'bench' } },
    badge: inRoute('GET', '/v1/workflows/{workflow}/badge', inWorkflow),
    console: inRoute('GET', '/console'),
    // A preflight: every other request that reaches this function is refused.
    'answer-unrouted': inRoute('OPTIONS', '/v1/workflows'),
    'check-timers': queued(timer),
    ingest: queued({
      workflow,
      operations: [{ ...registration, item: `ingested-${round}`, run: `run-${round}`, data }],
    }),
    'forward-notifications': queued(notification()),
    'run-redrives': {},
    sweep: {},
  };
}

function requestOf(operation: Operation, request: Partial<HttpRequest> = {}): object {
  const route = routes.find((other) => other.operation === operation);
  return inRoute(route?.method ?? '', route?.path ?? '', request);
}

/** The event of a request whose caller API Gateway knows. */
function inRoute(method: string, route: string, request: Partial<HttpRequest> = {}): object {
  const event = httpEvent({ ...request, method, route }, 1, Date.now());
  return { ...event, requestContext: { ...event.requestContext, authorizer } };
}

/** A message as Lambda receives it from SQS. */
function queued(body: object): object {
  const attributes = { SentTimestamp: String(Date.now()) };
  return { Records: [{ messageId: 'message', body: JSON.stringify(body), attributes }] };
}
