import product from '../../package.json' with { type: 'json' };
import { headers } from './headers.ts';
import { operations, paths } from './paths.ts';
import { problemResponses } from './problems.ts';
import { componentSchemas, type Json } from './schemas.ts';
import { webhooks } from './webhooks.ts';

let made: Json | undefined;

/** The OpenAPI 3.1 document of the service, created once from the schemas that parse and type requests. */
export function openapi(): Json {
  made ??= describeService();
  return made;
}

function describeService(): Json {
  const responses = problemResponses(Object.values(operations).map(({ contract }) => contract));
  const described = { paths: paths(), webhooks: webhooks(), components: { responses } };
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Process Warden',
      version: product.version,
      summary: 'Notices work that your workflows lose, and keeps the data to resume it.',
      description: [
        'Register an item when work starts, and complete it when the work is done. An item that is not completed by its deadline is overdue, and people are notified.',
        "Every error of the service is an RFC 9457 problem with a stable `code`. A path that is not described here returns 404 `route-not-found`; a method that is not described returns 405 `method-not-allowed`, with the allowed methods in `Allow`. Requests with unknown parameters or members are refused. HEAD is answered as GET, without the body. Bodies are UTF-8, uncompressed. No reply may be cached. A gateway in front of the service can itself answer 401 (no `Authorization` header), 403 (an IAM identity without permission), 413, 429 and 5xx, without a problem's `code`.",
        'Callers send a bearer token, or sign their requests with AWS Signature Version 4 on the IAM API. The service first authenticates the caller (401 `unauthenticated`), then checks permission (403 `forbidden`), and only then validates the request. Each operation names the scope that a token needs on the workflow in the path; `admin` includes all scopes on all workflows. The policies of an IAM identity decide what it may do. A service on a laptop allows every caller everything unless it was started with `--auth`; even then health and this description need no token.',
        'After a 5xx reply, repeat the request, no sooner than `Retry-After` says.',
      ].join('\n\n'),
      contact: { name: 'The operator of this deployment' },
      license: { name: 'Apache License 2.0', identifier: product.license },
    },
    servers: [{ url: '/', description: 'The deployment that returned this description.' }],
    tags: [
      { name: 'Items', description: 'Pieces of work that the warden watches.' },
      {
        name: 'Redrives',
        description: 'Overdue and failed items, resumed or discarded by the thousand.',
      },
      { name: 'Workflows', description: 'Named groups of items, with settings for all of them.' },
      {
        name: 'Incidents',
        description: 'Trouble of a workflow, from the first notification to the resolve.',
      },
      { name: 'Tokens', description: 'Who may call, and which operations.' },
      { name: 'Service', description: 'The service itself.' },
    ],
    ...described,
    components: { schemas: componentSchemas(described), responses, headers, securitySchemes },
  };
}

const securitySchemes: Json = {
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'pw_<id>_<secret>',
    description: 'A token from `POST /v1/tokens`. Each operation lists the scope that the token needs.',
  },
  sigv4: {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'awsSigv4',
    description: 'AWS Signature Version 4 for the service `execute-api`, on the IAM API only.',
  },
};
