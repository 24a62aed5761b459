import { unroutedContract } from '../core/contract/unrouted.ts';
import { answerUnrouted } from '../core/lambda/answer-unrouted.ts';
import { entry } from '../core/lambda/entry.ts';
import { type HttpHandler, httpFunction } from '../core/lambda/http-function.ts';

/** The API's $default route, and the route of preflights. */
export const { create, handler } = entry('answer-unrouted', {}, (running): HttpHandler => {
  const answer = httpFunction(unroutedContract, running, async (_, { requestContext, rawPath }) =>
    answerUnrouted(requestContext.http.method, rawPath),
  );
  return async (event) => {
    // Browsers send preflights without a token and continue only after a success, to which API Gateway adds the CORS
    // headers.
    if (event.requestContext?.http?.method === 'OPTIONS') return { statusCode: 204 };
    return answer(event);
  };
});
