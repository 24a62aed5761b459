/** Every route, in API Gateway's notation, and the operation (and function) behind it. */
export const routes = [
  { method: 'PUT', path: '/v1/workflows/{workflow}/item', operation: 'register' },
  { method: 'GET', path: '/v1/workflows/{workflow}/item', operation: 'read' },
  { method: 'PATCH', path: '/v1/workflows/{workflow}/item', operation: 'progress' },
  { method: 'DELETE', path: '/v1/workflows/{workflow}/item', operation: 'complete' },
  { method: 'PUT', path: '/v1/workflows/{workflow}/items/{item+}', operation: 'register' },
  { method: 'GET', path: '/v1/workflows/{workflow}/items/{item+}', operation: 'read' },
  { method: 'PATCH', path: '/v1/workflows/{workflow}/items/{item+}', operation: 'progress' },
  { method: 'DELETE', path: '/v1/workflows/{workflow}/items/{item+}', operation: 'complete' },
  { method: 'GET', path: '/v1/workflows/{workflow}/items', operation: 'list' },
  { method: 'POST', path: '/v1/workflows/{workflow}/fail', operation: 'fail' },
  { method: 'POST', path: '/v1/workflows/{workflow}/batch', operation: 'batch' },
  { method: 'POST', path: '/v1/workflows/{workflow}/reconcile', operation: 'reconcile' },
  { method: 'POST', path: '/v1/workflows/{workflow}/redrives', operation: 'start-redrive' },
  { method: 'GET', path: '/v1/workflows/{workflow}/redrives', operation: 'list-redrives' },
  { method: 'GET', path: '/v1/workflows/{workflow}/redrives/{redrive}', operation: 'read-redrive' },
  { method: 'PATCH', path: '/v1/workflows/{workflow}/redrives/{redrive}', operation: 'change-redrive' },
  { method: 'POST', path: '/v1/workflows/{workflow}/discards', operation: 'discard' },
  { method: 'GET', path: '/v1/workflows', operation: 'list-workflows' },
  { method: 'GET', path: '/v1/workflows/{workflow}', operation: 'read-workflow' },
  { method: 'PUT', path: '/v1/workflows/{workflow}', operation: 'save-workflow' },
  { method: 'PATCH', path: '/v1/workflows/{workflow}', operation: 'change-workflow' },
  { method: 'DELETE', path: '/v1/workflows/{workflow}', operation: 'remove-workflow' },
  { method: 'GET', path: '/v1/workflows/{workflow}/statistics', operation: 'read-statistics' },
  { method: 'PUT', path: '/v1/workflows/{workflow}/silence', operation: 'silence-workflow' },
  { method: 'DELETE', path: '/v1/workflows/{workflow}/silence', operation: 'end-silence' },
  { method: 'GET', path: '/v1/incidents', operation: 'list-incidents' },
  { method: 'GET', path: '/v1/incidents/{incident}', operation: 'read-incident' },
  { method: 'PATCH', path: '/v1/incidents/{incident}', operation: 'acknowledge-incident' },
  { method: 'POST', path: '/v1/tokens', operation: 'create-token' },
  { method: 'GET', path: '/v1/tokens', operation: 'list-tokens' },
  { method: 'DELETE', path: '/v1/tokens/{token}', operation: 'revoke-token' },
  { method: 'GET', path: '/v1/audit', operation: 'list-audit' },
  { method: 'GET', path: '/v1/metrics', operation: 'read-metrics' },
  { method: 'GET', path: '/v1/health', operation: 'check-health' },
  { method: 'GET', path: '/v1/openapi.json', operation: 'read-openapi' },
] as const;

/** Without a token, where there is a token API: an image, and no operation of the contract. */
export const badgePath = '/v1/workflows/{workflow}/badge';

export type Operation = (typeof routes)[number]['operation'];

type Route = (typeof routes)[number];
/** A route as a gateway has it. */
export type ServedRoute = Omit<Route, 'method'> & { method: Route['method'] | 'HEAD' };

/** Every route, and HEAD beside each GET: uptime checkers and `curl -I` send it. The reply is that of GET without the body. */
export const servedRoutes: readonly ServedRoute[] = routes.flatMap((route): ServedRoute[] =>
  route.method === 'GET' ? [route, { ...route, method: 'HEAD' }] : [route],
);

/** The methods that a path has, in the order of the table; none when there is no such path. */
export function methodsOf(rawPath: string): string[] {
  const matching = servedRoutes.filter(({ path }) => patternOf(path).test(rawPath));
  return matching.map(({ method }) => method);
}

function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    if (/^\{\w+\+\}$/.test(segment)) return '.+';
    if (/^\{\w+\}$/.test(segment)) return '[^/]+';
    return segment.replaceAll('.', '\\.');
  });
  return new RegExp(`^${segments.join('/')}$`, 's');
}
