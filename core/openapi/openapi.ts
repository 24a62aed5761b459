import product from '../../package.json' with { type: 'json' };
import { itemParameter } from '../contract/item-path.ts';
import { type Operation, routes } from '../contract/routes.ts';
import { operationTexts } from './operations.ts';
import {
  byStatus,
  headersOf,
  problemResponse,
  problemResponses,
  problemsOf,
  responseName,
} from './problems.ts';
import { componentSchemas, contractOf, type Json, parameterSchemas, reference } from './schemas.ts';
import { webhooks } from './webhooks.ts';

let made: object | undefined;

/** The service described by OpenAPI 3.1, from the schemas that it parses and types by. Made once. */
export function openapi(): object {
  made ??= describeService();
  return made;
}

function describeService(): Json {
  const schemas = componentSchemas();
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
    paths: paths(schemas),
    webhooks: webhooks(),
    components: { schemas, responses: problemResponses(), headers, securitySchemes },
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

const headers: Json = {
  ETag: {
    description: "The item's attempt, for `If-Match`.",
    schema: { type: 'string', pattern: '^"[1-9][0-9]*"$', examples: ['"1"'] },
  },
  'WWW-Authenticate': {
    description: 'How to authenticate, or which scope is missing.',
    schema: {
      type: 'string',
      examples: ['Bearer realm="process-warden", error="insufficient_scope", scope="read"'],
    },
  },
  Link: {
    description: 'With `format=jsonl`: the next page, while there may be more.',
    schema: {
      type: 'string',
      examples: ['<?format=jsonl&cursor=eyJhZnRlciI6IjIwMjYtMTEtMjEifQ>; rel="next"'],
    },
  },
  Allow: {
    description: 'The methods that the path has.',
    schema: { type: 'string', examples: ['GET, PUT'] },
  },
  'Retry-After': {
    description: 'Seconds to wait before the request is sent again.',
    schema: { type: 'integer', minimum: 1, examples: [1] },
  },
  'Cache-Control': { description: 'Never to be cached.', schema: { type: 'string', const: 'no-store' } },
};

const ifMatch: Json = {
  name: 'If-Match',
  in: 'header',
  description: 'Only if the item is in this attempt; `*` for any. Otherwise 412 `other-attempt`.',
  schema: { type: 'string', pattern: '^("?[1-9][0-9]{0,8}"?|\\*)$', examples: ['"1"'] },
};

function paths(schemas: Json): Json {
  const byPath = Map.groupBy(routes, ({ path }) => path.replaceAll('+}', '}'));
  const methods = (of: readonly (typeof routes)[number][]) =>
    Object.fromEntries(
      of.map(({ method, path, operation }) => [
        method.toLowerCase(),
        describe(operation, path.includes('{item+}'), schemas),
      ]),
    );
  return Object.fromEntries([...byPath].map(([path, of]) => [path, methods(of)]));
}

/** @param isPathForm of an item's operation: the second way to ask for it, for plain ids (docs/adr/0020) */
function describe(operation: Operation, isPathForm: boolean, schemas: Json): Json {
  const { tag, summary, request, ...text } = operationTexts[operation];
  const description = isPathForm
    ? `The same as \`${operation}\`, for ids that a path carries unchanged.`
    : text.description;
  const { path, query } = parameterSchemas(operation, isPathForm);
  const { scope, ifMatch: heedsIfMatch, pathForm } = contractOf[operation];
  const isItem = (name: string) => pathForm !== undefined && name === itemParameter;
  const parameters = [
    ...path.map(([name, schema]) => parameter('path', name, schema, schemas)),
    ...query.map(([name, schema]) => ({
      ...parameter('query', name, schema, schemas),
      ...(isItem(name) && { required: true }),
    })),
    ...(heedsIfMatch ? [ifMatch] : []),
  ];
  return {
    operationId: isPathForm ? `${operation}-by-path` : operation,
    tags: [tag],
    summary: isPathForm ? `${summary}, by a plain id` : summary,
    description: scope === 'any' ? description : `${description} Needs the scope \`${scope}\`.`,
    security: [{ token: scope === 'any' ? [] : [scope] }, { sigv4: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(request && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: reference('schemas', request.schema), examples: request.examples },
        },
      },
    }),
    responses: { ...replies(operation), ...problemReplies(operation) },
  };
}

/** Tools show a parameter's own description, not its schema's. */
function parameter(place: 'path' | 'query', name: string, schema: Json, schemas: Json): Json {
  const named = typeof schema.$ref === 'string' ? schemas[schema.$ref.split('/').at(-1) ?? ''] : undefined;
  const description = schema.description ?? (named as Json | undefined)?.description;
  return { name, in: place, ...(place === 'path' && { required: true }), description, schema };
}

function replies(operation: Operation): Json {
  const described = Object.entries(operationTexts[operation].replies).map(([status, reply]) => {
    const schema =
      reply.schema === 'OpenApiDocument' ? { type: 'object' } : reference('schemas', reply.schema ?? '');
    const content = reply.schema && {
      content: {
        'application/json': { schema, ...(reply.examples && { examples: reply.examples }) },
        ...(reply.lines && { 'application/x-ndjson': linesOf(reply.lines) }),
      },
    };
    return [status, { description: reply.description, ...headersOf(reply.headers ?? []), ...content }];
  });
  return Object.fromEntries(described);
}

/** OpenAPI 3.1 has no schema for JSON line by line. */
function linesOf({ description, examples }: { description: string; examples: object }): Json {
  return { schema: { type: 'string', description }, examples };
}

/** Problems by status. A status that is also answered without a problem has both, by media type. */
function problemReplies(operation: Operation): Json {
  const own = replies(operation) as Record<string, { description: string; headers?: Json; content?: Json }>;
  const described = [...byStatus(problemsOf[operation])].map(([status, codes]) => {
    const reply = own[status];
    if (!reply) return [status, reference('responses', responseName(codes))];
    const problem = problemResponse(status, codes);
    return [
      status,
      {
        description: `${reply.description} Or ${problem.description}`,
        headers: { ...reply.headers, ...problem.headers },
        content: { ...reply.content, ...problem.content },
      },
    ];
  });
  return Object.fromEntries(described);
}
