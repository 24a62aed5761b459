import { unroutedContract } from '../core/contract/operations.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { answerUnrouted } from '../core/operations/answer-unrouted.ts';

/** The API's $default route. */
export function create(running: Running) {
  return httpFunction('answer-unrouted', unroutedContract, running, async (_, { requestContext, rawPath }) =>
    answerUnrouted(requestContext.http.method, rawPath),
  );
}

export const handler = onLambda(environments['answer-unrouted'], (_, running) => create(running));
