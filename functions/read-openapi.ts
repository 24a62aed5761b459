import { readOpenapiContract } from '../core/contract/openapi-document.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { openapi } from '../core/openapi/openapi.ts';
import type { Running } from '../core/running.ts';

export function create(running: Running) {
  return httpFunction(readOpenapiContract, running, async () => ({
    status: 200,
    json: openapi(),
  }));
}

export const handler = onLambda(environments['read-openapi'], (_, running) => create(running));
