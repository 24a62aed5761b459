import type { Request } from '../history/history.ts';
import type { HttpRequest } from './http-event.ts';

export const workflowName = (workflow: number) => `workflow-${workflow}`;
export const itemName = (item: number) => `item-${item}`;
export const runName = (run: number | undefined) => (run === undefined ? undefined : `run-${run}`);

/** What stands in the data of an item: a text that may be nowhere else. */
export const dataOf = (data: number | undefined) =>
  data === undefined ? undefined : { kept: `data-${data}-kept` };

const itemRoute = '/v1/workflows/{workflow}/item';

/** The request as a caller sends it. */
export function httpRequest(request: Request): HttpRequest {
  const parameters = { workflow: workflowName(request.workflow) };
  const id = itemName(request.item);
  switch (request.ask) {
    case 'register': {
      const { timeout, restart, data } = request;
      const body = { timeout, restart, data: dataOf(data), run: runName(request.run) };
      return { method: 'PUT', route: itemRoute, parameters, query: { id }, body };
    }
    case 'progress': {
      const { timeout, step, data } = request;
      const body = { timeout, step, data: dataOf(data) };
      return {
        method: 'PATCH',
        route: itemRoute,
        parameters,
        query: { id, run: runName(request.run) },
        body,
      };
    }
    case 'fail': {
      const body = { failed: { reason: 'it broke' } };
      return {
        method: 'PATCH',
        route: itemRoute,
        parameters,
        query: { id, run: runName(request.run) },
        body,
      };
    }
    case 'complete':
      return { method: 'DELETE', route: itemRoute, parameters, query: { id, run: runName(request.run) } };
    case 'read':
      return { method: 'GET', route: itemRoute, parameters, query: { id } };
  }
}
