import type { Operation } from '../../../../core/contract/routes.ts';
import type { Scope } from '../../../../core/contract/scope.ts';
import type { RequestOptions } from '../../../support/request-in-process.ts';

export interface Call {
  operation: Operation | 'unknown-path' | 'unknown-method';
  /** The scope that it needs; undefined if any valid token will do, null if it needs no token. */
  needs: Scope | undefined | null;
  method: string;
  path: (workflow: string) => string;
  options?: RequestOptions;
  /** The status if it is allowed. */
  status: number;
}

let fresh = 0;
export const item = (id: string) => (workflow: string) => `/v1/workflows/${workflow}/item?id=${id}`;
const byPath = (id: string) => (workflow: string) => `/v1/workflows/${workflow}/items/${id}`;
export const ofWorkflow = (workflow: string) => `/v1/workflows/${workflow}`;
const silenceOf = (workflow: string) => `/v1/workflows/${workflow}/silence`;
export const redrives = (workflow: string) => `/v1/workflows/${workflow}/redrives`;
const noRedrive = (workflow: string) => `/v1/workflows/${workflow}/redrives/${'0'.repeat(20)}`;
const noIncident = () => '/v1/incidents/00000000000000000000';
const newToken = { body: { name: 'made by the matrix', scopes: ['read'], workflows: ['x'] } };

/**
 * Each operation, once for something that exists and once for something that does not. Written out, not derived from
 * the contract.
 */
export const calls: Call[] = [
  {
    operation: 'register',
    needs: 'ingest',
    method: 'PUT',
    path: item('kept'),
    options: { body: { timeout: 600, run: 'r' } },
    status: 200,
  },
  {
    operation: 'register',
    needs: 'ingest',
    method: 'PUT',
    path: (workflow) => item(`new-${fresh++}`)(workflow),
    options: { body: { timeout: 600 } },
    status: 201,
  },
  {
    operation: 'register',
    needs: 'ingest',
    method: 'PUT',
    path: item('kept'),
    options: { text: '{"not":' },
    status: 400,
  },
  { operation: 'read', needs: 'read', method: 'GET', path: item('kept'), status: 200 },
  { operation: 'read', needs: 'read', method: 'GET', path: item('none'), status: 404 },
  { operation: 'read', needs: 'read', method: 'GET', path: item('a%00'), status: 400 },
  {
    operation: 'progress',
    needs: 'ingest',
    method: 'PATCH',
    path: item('kept'),
    options: { body: { step: 's' } },
    status: 200,
  },
  {
    operation: 'progress',
    needs: 'ingest',
    method: 'PATCH',
    path: item('none'),
    options: { body: { step: 's' } },
    status: 404,
  },
  {
    operation: 'fail',
    needs: 'ingest',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/fail?id=none`,
    options: { text: 'disk full' },
    status: 404,
  },
  {
    operation: 'complete',
    needs: 'ingest',
    method: 'DELETE',
    path: (workflow) => `${item('kept')(workflow)}&run=another`,
    status: 412,
  },
  { operation: 'complete', needs: 'ingest', method: 'DELETE', path: item('none'), status: 404 },
  {
    operation: 'register',
    needs: 'ingest',
    method: 'PUT',
    path: byPath('kept'),
    options: { body: { timeout: 600, run: 'r' } },
    status: 200,
  },
  { operation: 'read', needs: 'read', method: 'GET', path: byPath('kept'), status: 200 },
  { operation: 'read', needs: 'read', method: 'GET', path: byPath('a//b/'), status: 400 },
  {
    operation: 'read',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${ofWorkflow(workflow)}/item`,
    status: 400,
  },
  {
    operation: 'read',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${item('kept')(workflow)}&id=kept`,
    status: 400,
  },
  {
    operation: 'progress',
    needs: 'ingest',
    method: 'PATCH',
    path: byPath('kept'),
    options: { body: { step: 's' } },
    status: 200,
  },
  { operation: 'complete', needs: 'ingest', method: 'DELETE', path: byPath('none'), status: 404 },
  {
    operation: 'list',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${ofWorkflow(workflow)}/items`,
    status: 200,
  },
  {
    operation: 'list',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${ofWorkflow(workflow)}/items?colour=red`,
    status: 400,
  },
  { operation: 'read-workflow', needs: 'read', method: 'GET', path: ofWorkflow, status: 200 },
  {
    operation: 'save-workflow',
    needs: 'operate',
    method: 'PUT',
    path: ofWorkflow,
    options: { body: {} },
    status: 200,
  },
  {
    operation: 'change-workflow',
    needs: 'operate',
    method: 'PATCH',
    path: ofWorkflow,
    options: { body: {} },
    status: 200,
  },
  { operation: 'remove-workflow', needs: 'operate', method: 'DELETE', path: ofWorkflow, status: 409 },
  {
    operation: 'silence-workflow',
    needs: 'operate',
    method: 'PUT',
    path: silenceOf,
    options: { body: { until: '2026-03-20T12:00:00Z', reason: 'tests' } },
    status: 200,
  },
  {
    operation: 'silence-workflow',
    needs: 'operate',
    method: 'PUT',
    path: silenceOf,
    options: { body: {} },
    status: 400,
  },
  {
    operation: 'read-statistics',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${ofWorkflow(workflow)}/statistics`,
    status: 200,
  },
  { operation: 'end-silence', needs: 'operate', method: 'DELETE', path: silenceOf, status: 204 },
  {
    operation: 'batch',
    needs: 'ingest',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/batch`,
    options: { body: { operations: [{ op: 'complete', item: 'none' }] } },
    status: 400,
  },
  {
    operation: 'batch',
    needs: 'ingest',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/batch`,
    options: { body: {} },
    status: 400,
  },
  {
    operation: 'reconcile',
    needs: 'read',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/reconcile`,
    options: { body: { ids: ['none'] } },
    status: 200,
  },
  {
    operation: 'start-redrive',
    needs: 'operate',
    method: 'POST',
    path: redrives,
    options: { body: { dryRun: true } },
    status: 200,
  },
  {
    operation: 'start-redrive',
    needs: 'operate',
    method: 'POST',
    path: redrives,
    options: { body: { prefix: 'none' } },
    status: 202,
  },
  { operation: 'list-redrives', needs: 'read', method: 'GET', path: redrives, status: 200 },
  { operation: 'read-redrive', needs: 'read', method: 'GET', path: noRedrive, status: 404 },
  {
    operation: 'change-redrive',
    needs: 'operate',
    method: 'PATCH',
    path: noRedrive,
    options: { body: { action: 'abort' } },
    status: 404,
  },
  {
    operation: 'discard',
    needs: 'operate',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/discards`,
    options: { body: { token: '0'.repeat(20) } },
    status: 404,
  },
];
/** The operations that name no workflow. */
export const general: Call[] = [
  { operation: 'list-audit', needs: 'read', method: 'GET', path: () => '/v1/audit', status: 200 },
  { operation: 'list-workflows', needs: 'read', method: 'GET', path: () => '/v1/workflows', status: 200 },
  { operation: 'read-metrics', needs: 'read', method: 'GET', path: () => '/v1/metrics', status: 200 },
  { operation: 'list-incidents', needs: 'read', method: 'GET', path: () => '/v1/incidents', status: 200 },
  { operation: 'read-incident', needs: 'read', method: 'GET', path: noIncident, status: 404 },
  {
    operation: 'acknowledge-incident',
    needs: 'operate',
    method: 'PATCH',
    path: noIncident,
    options: { body: { acknowledged: true } },
    status: 404,
  },
  {
    operation: 'create-token',
    needs: 'admin',
    method: 'POST',
    path: () => '/v1/tokens',
    options: newToken,
    status: 201,
  },
  {
    operation: 'create-token',
    needs: 'admin',
    method: 'POST',
    path: () => '/v1/tokens',
    options: { body: {} },
    status: 400,
  },
  { operation: 'list-tokens', needs: 'admin', method: 'GET', path: () => '/v1/tokens', status: 200 },
  {
    operation: 'revoke-token',
    needs: 'admin',
    method: 'DELETE',
    path: () => '/v1/tokens/000000000000',
    status: 404,
  },
  { operation: 'check-health', needs: null, method: 'GET', path: () => '/v1/health', status: 200 },
  { operation: 'read-openapi', needs: null, method: 'GET', path: () => '/v1/openapi.json', status: 200 },
  { operation: 'unknown-path', needs: undefined, method: 'GET', path: () => '/v2/other', status: 404 },
  { operation: 'unknown-method', needs: undefined, method: 'POST', path: ofWorkflow, status: 405 },
];
