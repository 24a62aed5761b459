import type { HttpEvent } from '../../../../core/lambda/http-request.ts';

export function eventOf(parts: Partial<HttpEvent>): HttpEvent {
  return {
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    rawPath: '/',
    requestContext: { requestId: 'request-1', http: { method: 'GET' } },
    ...parts,
  };
}
