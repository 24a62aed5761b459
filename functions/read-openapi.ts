import { readOpenapiContract } from '../core/contract/openapi-document.ts';
import { serve } from '../core/lambda/serve.ts';
import { openapi } from '../core/openapi/openapi.ts';

export const { create, handler } = serve(readOpenapiContract, {}, async () => ({
  status: 200,
  json: openapi(),
}));
