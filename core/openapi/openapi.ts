import product from '../../package.json' with { type: 'json' };
import { headers } from './headers.ts';
import { operations, paths } from './paths.ts';
import { problemResponses } from './problems.ts';
import { componentSchemas, type Json } from './schemas.ts';
import { webhooks } from './webhooks.ts';

let made: Json | undefined;

/** The service described by OpenAPI 3.1, from the schemas that it parses and types by. Made once. */
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
        'Register an item when work starts, and complete it when the work is done. An item that is still there when its deadline passes is overdue, and people are told.',
        "Every error that the service answers is an RFC 9457 problem with a stable `code`. A path that is not described here is answered 404 `route-not-found`; a method that is not, 405 `method-not-allowed` with the methods there are in `Allow`. Requests with parameters or members that are not described are refused. A gateway in front of the service can answer 401 (to a request without an `Authorization` header), 403 (to an IAM identity without permission), 413, 429 and 5xx by itself, without a problem's `code`.",
        'Callers send a bearer token, or on the API for IAM sign their requests with AWS Signature Version 4. Who calls is settled first (401 `unauthenticated`), then what they may do (403 `forbidden`), and only then is the request looked at. Each operation names the scope that a token needs, on the workflow of its path; `admin` includes all scopes on all workflows. What an IAM identity may do is up to its policies. A service on a laptop lets every caller do everything unless it was started with `--auth`, and then still shows its health and this description to all.',
        'After a 5xx answer, repeat the request, no sooner than `Retry-After` says.',
      ].join('\n\n'),
      contact: { name: 'Whoever runs this deployment' },
      license: { name: 'Apache License 2.0', identifier: product.license },
    },
    servers: [{ url: '/', description: 'The deployment that this description was read from.' }],
    tags: [
      { name: 'Items', description: 'Pieces of work that are watched.' },
      {
        name: 'Redrives',
        description: 'Items that are overdue or failed, resumed or discarded by the thousand.',
      },
      { name: 'Workflows', description: 'Named groups of items, with settings for all of them.' },
      { name: 'Incidents', description: 'What people are told of, until it is over.' },
      { name: 'Tokens', description: 'Who may call, and what for.' },
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
    description: 'A token of `POST /v1/tokens`. Operations list the scope that it needs.',
  },
  sigv4: {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'awsSigv4',
    description: 'AWS Signature Version 4, for the service `execute-api`: only on the API for IAM.',
  },
};
