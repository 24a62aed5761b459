import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { limits } from '../../../core/contract/limits.ts';
import type { OperationContract } from '../../../core/contract/operation.ts';
import { Problem, problems } from '../../../core/contract/problem.ts';
import { resources } from '../../../core/contract/resources.ts';
import { type Operation, routes } from '../../../core/contract/routes.ts';
import { Scope } from '../../../core/contract/scope.ts';
import { unroutedContract } from '../../../core/contract/unrouted.ts';
import { type HttpEvent, parseRequest } from '../../../core/lambda/http-request.ts';
import { openapi } from '../../../core/openapi/openapi.ts';
import { operations as described } from '../../../core/openapi/paths.ts';
import { namedSchemas } from '../../../core/openapi/schemas.ts';
import { ProblemError } from '../../../core/problem-error.ts';
import manifest from '../../../package.json' with { type: 'json' };

const Text = z.string().check(z.minLength(1));
const JsonSchema = z.record(z.string(), z.unknown());
type JsonSchema = z.infer<typeof JsonSchema>;
const Reference = z.strictObject({ $ref: z.string().check(z.regex(/^#\/components\/\w+\/[\w.-]+$/)) });
const Header = z.strictObject({ description: Text, schema: JsonSchema });
const MediaType = z.strictObject({
  schema: JsonSchema,
  examples: z.optional(z.record(z.string(), z.strictObject({ summary: Text, value: z.unknown() }))),
});
const Response = z.strictObject({
  description: Text,
  headers: z.optional(z.record(z.string(), Reference)),
  content: z.optional(
    z.partialRecord(
      z.enum(['application/json', 'application/problem+json', 'application/x-ndjson', 'text/plain']),
      MediaType,
    ),
  ),
});
type Response = z.infer<typeof Response>;
const Parameter = z.strictObject({
  name: Text,
  in: z.enum(['path', 'query', 'header']),
  required: z.optional(z.literal(true)),
  description: Text,
  schema: JsonSchema,
});
const OperationObject = z.strictObject({
  operationId: Text,
  tags: z.array(Text).check(z.minLength(1)),
  summary: Text,
  description: Text,
  parameters: z.optional(z.array(Parameter)),
  requestBody: z.optional(
    z.union([
      z.strictObject({
        required: z.literal(true),
        content: z.strictObject({ 'application/json': MediaType }),
      }),
      // Text may be empty.
      z.strictObject({ content: z.strictObject({ 'text/plain': MediaType }) }),
    ]),
  ),
  security: z.union([
    z.tuple([z.strictObject({ token: z.tuple([Scope]) }), z.strictObject({ sigv4: z.tuple([]) })]),
    // Without authentication callers send no token: a service on a laptop.
    z.tuple([
      z.strictObject({}),
      z.strictObject({ token: z.tuple([]) }),
      z.strictObject({ sigv4: z.tuple([]) }),
    ]),
  ]),
  responses: z.record(z.string().check(z.regex(/^[1-5]\d\d$/)), z.union([Reference, Response])),
});
const method = z.optional(OperationObject);
const Document = z.strictObject({
  openapi: z.literal('3.1.1'),
  jsonSchemaDialect: z.literal('https://json-schema.org/draft/2020-12/schema'),
  info: z.strictObject({
    title: z.literal('Process Warden'),
    version: Text,
    summary: Text,
    description: Text,
    contact: z.strictObject({ name: Text }),
    license: z.strictObject({ name: Text, identifier: Text }),
  }),
  servers: z.array(z.strictObject({ url: Text, description: Text })),
  tags: z.array(z.strictObject({ name: Text, description: Text })),
  paths: z.record(
    z.string().check(z.startsWith('/v1/')),
    z.strictObject({ get: method, put: method, post: method, patch: method, delete: method }),
  ),
  webhooks: z.record(
    z.string(),
    z.strictObject({
      post: z.strictObject({
        operationId: Text,
        security: z.tuple([]),
        summary: Text,
        description: Text,
        requestBody: z.strictObject({
          required: z.literal(true),
          content: z.strictObject({ 'application/json': MediaType }),
        }),
        responses: z.strictObject({ '2XX': Response }),
      }),
    }),
  ),
  components: z.strictObject({
    schemas: z.record(z.string(), JsonSchema),
    responses: z.record(z.string().check(z.regex(/^[\w.-]+$/)), Response),
    headers: z.record(z.string(), Header),
    securitySchemes: z.strictObject({
      token: z.looseObject({ type: z.literal('http'), scheme: z.literal('bearer') }),
      sigv4: z.looseObject({ type: z.literal('apiKey'), in: z.literal('header'), name: Text }),
    }),
  }),
});

/** The document as a client receives it. */
const document = z.parse(Document, JSON.parse(JSON.stringify(openapi())));
const contractOf = (name: Operation): OperationContract => described[name].contract;

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([verb, operation]) => (operation ? [{ path, verb, operation }] : [])),
);

function operationNamed(name: string) {
  const found = operations.find(({ operation }) => operation.operationId === name);
  if (!found) throw new Error(`no operation ${name}`);
  return found.operation;
}

function nameIn(reference: unknown): string {
  return String(reference).split('/').at(-1) ?? '';
}

function responseOf(response: z.infer<typeof Reference> | Response): Response {
  if (!('$ref' in response)) return response;
  const named = document.components.responses[nameIn(response.$ref)];
  if (!named) throw new Error(`no response ${response.$ref}`);
  return named;
}

/** Every response of every operation. */
const responses: { where: string; status: number; response: Response }[] = [
  ...operations.flatMap(({ operation }) =>
    Object.entries(operation.responses).map(([status, response]) => ({
      where: `${operation.operationId} ${status}`,
      status: Number(status),
      response: responseOf(response),
    })),
  ),
];

/** The one media type of a request's body. */
function mediaOf(requestBody: z.infer<typeof OperationObject>['requestBody']) {
  return Object.values(requestBody?.content ?? {})[0] as z.infer<typeof MediaType> | undefined;
}

/** Every example of a request, reply or webhook, with the name of its schema. */
const bodyExamples = [
  ...operations.flatMap(({ operation }) => {
    const content = operation.requestBody?.content;
    return content ? examplesOf(`${operation.operationId} request`, content) : [];
  }),
  ...responses.flatMap(({ where, response }) => examplesOf(where, response.content ?? {})),
  ...Object.entries(document.webhooks).flatMap(([name, { post }]) =>
    examplesOf(`webhook ${name}`, post.requestBody.content),
  ),
];

function examplesOf(where: string, content: Record<string, z.infer<typeof MediaType> | undefined>) {
  return Object.entries(content).flatMap(([type, media]) =>
    Object.entries(media?.examples ?? {}).flatMap(([name, { value }]) => {
      const isLines = type === 'application/x-ndjson';
      const values = isLines
        ? String(value)
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [value];
      const schema = isLines ? 'Item' : nameIn(media?.schema.$ref);
      return values.map((one) => ({ where: `${where} ${name}`, schema, value: one }));
    }),
  );
}

function problemCodesOf({ content }: Response): string[] {
  return Object.keys(content?.['application/problem+json']?.examples ?? {});
}

function documentedCodes(name: string): string[] {
  return Object.values(operationNamed(name).responses).flatMap((one) => problemCodesOf(responseOf(one)));
}

/** Every object in a JSON value, with its path. */
function objectsIn(value: unknown, at = '#'): { at: string; object: JsonSchema }[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([name, member]) => objectsIn(member, `${at}/${name}`));
  return Array.isArray(value) ? inside : [{ at, object: { ...value } }, ...inside];
}

function resolved(reference: string): unknown {
  const names = reference.slice(2).split('/');
  return names.reduce((at: unknown, name) => {
    const members = typeof at === 'object' && at !== null ? new Map(Object.entries(at)) : new Map();
    return members.get(name);
  }, document);
}

describe('the document', () => {
  test('has the version and license of the package', () => {
    expect(document.info.version).toBe(manifest.version);
    expect(document.info.license.identifier).toBe(manifest.license);
  });

  test('is built once', () => {
    expect(openapi()).toBe(openapi());
  });

  test('has unique operation ids, and declared tags', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const used = new Set(operations.flatMap(({ operation }) => operation.tags));
    expect([...used].sort()).toEqual(document.tags.map(({ name }) => name).sort());
  });

  test('refers only to parts that it contains', () => {
    const references = objectsIn(document).filter(({ object }) => typeof object.$ref === 'string');
    expect(references.length).toBeGreaterThan(50);
    const dangling = references.filter(({ object }) => resolved(String(object.$ref)) === undefined);
    expect(dangling).toEqual([]);
  });

  test('has no unused schema', () => {
    const used = new Set(objectsIn(document).map(({ object }) => nameIn(object.$ref)));
    expect(Object.keys(document.components.schemas).filter((name) => !used.has(name))).toEqual([]);
  });

  test('has neither $schema nor $id inside its schemas', () => {
    const marked = objectsIn(document).filter(({ object }) => '$schema' in object || '$id' in object);
    expect(marked).toEqual([]);
  });
});

describe('operations', () => {
  test('are exactly those of the routes', () => {
    const described = operations.map(({ path, verb, operation }) => [
      verb.toUpperCase(),
      path,
      operation.operationId,
    ]);
    const routed = routes.map(({ method, path, operation }) => [
      method,
      path.replace('{item+}', '{item}'),
      path.includes('{item+}') ? `${operation}-by-path` : operation,
    ]);
    expect(described.sort()).toEqual(routed.sort());
  });

  test.each(operations)('$verb $path declares its parameters', ({ path, operation }) => {
    const parameters = operation.parameters ?? [];
    const keys = parameters.map((one) => `${one.in} ${one.name}`);
    expect(new Set(keys).size).toBe(keys.length);
    const inTemplate = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const inPath = parameters.filter((one) => one.in === 'path');
    expect(inPath.map(({ name }) => name)).toEqual(inTemplate);
    const isItem = ({ name }: { name: string }) => /\/(item|fail)$/.test(path) && name === 'id';
    for (const one of parameters)
      expect(one.required).toBe(one.in === 'path' || isItem(one) ? true : undefined);
  });

  test.each(operations)('$verb $path answers 2xx, 400, 500 and 503', ({ operation }) => {
    const statuses = Object.keys(operation.responses);
    // Nothing in a request for health is refused.
    const refused = operation.operationId === 'check-health' ? [] : ['400'];
    expect(statuses).toEqual(expect.arrayContaining([...refused, '500', '503']));
    expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
  });

  // The types of the client's calls find the contracts there.
  test('have a contract that a resource exports', () => {
    const exported = new Set(resources.flatMap((resource): unknown[] => Object.values(resource)));
    const missing = Object.values(described).filter(({ contract }) => !exported.has(contract));
    expect(missing.map(({ contract }) => contract.operation)).toEqual([]);
  });

  test('say how an id is encoded, and which ids the path form accepts', () => {
    const [, id] = operationNamed('read').parameters ?? [];
    expect(id).toMatchObject({ name: 'id', in: 'query' });
    expect(id?.description).toMatch(/percent-encoded once. A `\+` means a space/);
    const item = operations
      .find(({ operation }) => operation.operationId === 'read-by-path')
      ?.operation.parameters?.find(({ name }) => name === 'item');
    expect(item?.description).toMatch(/Percent-encode the id once; slashes may stay as they are/);
    expect('a/b.c').toMatch(new RegExp(String(item?.schema.pattern)));
    expect('a//b').not.toMatch(new RegExp(String(item?.schema.pattern)));
  });

  test('that read If-Match declare it', () => {
    const heeding = operations.filter(({ operation }) =>
      operation.parameters?.some(({ name }) => name === 'If-Match'),
    );
    expect(heeding.map(({ operation }) => operation.operationId).sort()).toEqual(
      ['complete', 'progress'].flatMap((name) => [name, `${name}-by-path`]),
    );
  });

  test('return an ETag with every item', () => {
    const tagged = responses.filter(({ response }) => response.headers?.ETag).map(({ where }) => where);
    const expected = ['progress 200', 'read 200', 'register 200', 'register 201'];
    const byPath = expected.map((one) => one.replace(' ', '-by-path '));
    expect(tagged.sort()).toEqual([...expected, ...byPath].sort());
  });

  test.each(routes)(
    '$method $path accepts the examples of its parameters and body',
    ({ operation, path: route }) => {
      const { requestBody } = operationNamed(operation);
      const isQueryForm = contractOf(operation).pathForm !== undefined && !route.includes('{item+}');
      const id = route.includes('{item+}') ? `${operation}-by-path` : operation;
      const [path, query, header] = (['path', 'query', 'header'] as const).map((place) =>
        exampleParameters(id, place),
      );
      const { id: item, ...rest } = query ?? {};
      const given = isQueryForm ? { path: { ...path, item }, query: rest } : { path, query };
      const request = {
        pathParameters: path ?? {},
        rawQueryString: new URLSearchParams(query).toString(),
        headers: Object.fromEntries(
          Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
        ),
      };
      const isText = contractOf(operation).textBody !== undefined;
      const bodies = Object.values(mediaOf(requestBody)?.examples ?? {});
      for (const body of bodies.length > 0 ? bodies.map(({ value }) => value) : [undefined]) {
        const sent = isText ? String(body) : JSON.stringify(body);
        const parsed = parseRequest(
          contractOf(operation),
          eventOf({ ...request, ...(body !== undefined && { body: sent }) }),
        );
        expect(parsed).toMatchObject({ ...given, ...(isText ? { text: body } : { body }) });
        expect(parsed.attempt).toBe(contractOf(operation).ifMatch ? 1 : undefined);
      }
    },
  );
});

describe('problems', () => {
  test('are all used, each with its own status', () => {
    const seen = new Set<string>();
    for (const { where, status, response } of responses) {
      for (const code of problemCodesOf(response)) {
        seen.add(code);
        expect(problems[code as keyof typeof problems].status, `${where} ${code}`).toBe(status);
      }
    }
    const all = [...seen, ...unroutedContract.problems];
    expect(all.sort()).toEqual(Object.keys(problems).sort());
  });

  test('have an example of the problem that they describe', () => {
    for (const { where, status, response } of responses) {
      const media = response.content?.['application/problem+json'];
      const codes = problemCodesOf(response);
      if (media) expect(media.schema, where).toEqual({ $ref: '#/components/schemas/Problem' });
      for (const code of codes) {
        const example = z.parse(Problem, media?.examples?.[code]?.value);
        expect(example.status, where).toBe(status);
        expect(example.code, where).toBe(code);
        expect(example).toEqual({
          ...new ProblemError(example.code, example.detail).toProblem(),
          ...(example.errors && { errors: example.errors }),
        });
        expect(response.description, where).toContain(`\`${code}\``);
      }
    }
  });

  test('are the only 4xx and 5xx responses, except for an unhealthy service and a batch that failed whole', () => {
    const others = responses.filter(
      ({ status, response }) => status >= 400 && response.content?.['application/json'] !== undefined,
    );
    expect(others.map(({ where }) => where)).toEqual(['batch 400', 'batch 503', 'check-health 503']);
  });

  test('with 5xx say when to try again, and 405 what is allowed', () => {
    for (const { where, status, response } of responses) {
      expect('Retry-After' in (response.headers ?? {}), where).toBe(status >= 500);
      expect('Allow' in (response.headers ?? {}), where).toBe(status === 405);
    }
  });

  test('with 401 are in every operation, with 403 wherever a scope is needed, and say what to do', () => {
    for (const { operationId, security, description } of operations.map(({ operation }) => operation)) {
      const codes = documentedCodes(operationId);
      expect(codes, operationId).toContain('unauthenticated');
      const [scope] = ('token' in security[0] && security[0].token) || [];
      expect(codes.includes('forbidden'), operationId).toBe(scope !== undefined);
      if (scope) expect(description).toContain(`Needs the scope \`${scope}\``);
    }
    for (const { where, status, response } of responses) {
      const challenges = status === 401 || status === 403;
      expect('WWW-Authenticate' in (response.headers ?? {}), where).toBe(challenges);
    }
  });

  test.each(routes)('of parsing a request to $operation are those in the document', ({ operation }) => {
    const paths = [
      { workflow: 'uploads', item: 'a' },
      { workflow: 'uploads' },
      { token: '4mQ9xT2bVw7K' },
      { incident: '0mk3v1x8ch2f6p9d4t7q' },
      { workflow: 'uploads', redrive: '0mk3v1x8ch2f6p9d4t7q' },
      {},
    ];
    const needed = paths.find((path) => z.safeParse(contractOf(operation).path, path).success) ?? {};
    const events = {
      'invalid-request': { rawQueryString: 'unknown=1' },
      'invalid-json': { body: '{' },
      'body-too-large': {
        body: JSON.stringify({ x: 'x'.repeat(contractOf(operation).bodyBytes ?? limits.bodyBytes) }),
      },
      'data-too-large': { body: JSON.stringify({ data: 'x'.repeat(limits.dataBytes) }) },
    };
    const answered = Object.entries(events).flatMap(([code, event]) => {
      try {
        parseRequest(contractOf(operation), eventOf({ pathParameters: needed, body: '{}', ...event }));
        return [];
      } catch (error) {
        return error instanceof ProblemError && error.code === code ? [code] : [];
      }
    });
    expect(
      documentedCodes(operation)
        .filter((code) => code in events)
        .sort(),
    ).toEqual(answered.sort());
  });
});

test('the webhooks are the messages of the topics', () => {
  const schemas = Object.values(document.webhooks).map(({ post }) =>
    nameIn(post.requestBody.content['application/json'].schema.$ref),
  );
  expect(schemas).toEqual(['Notification', 'Digest', 'ItemEvent', 'RedriveMessage']);
});

const deadline = '2026-11-21T09:30:00Z';
/** The document refuses everything that the service refuses, by its schemas or by a problem of its own. */
const refused: [string, unknown][] = [
  ['Item', {}],
  ['RegisterRequest', { priority: 1 }],
  ['RegisterRequest', { timeout: 60, deadline }],
  ['RegisterRequest', { startBy: 60, step: 'received' }],
  ['RegisterRequest', { timeout: 0 }],
  ['RegisterRequest', { timeout: 'P1Y' }],
  ['RegisterRequest', { timeout: 'P1DT' }],
  ['RegisterRequest', { timeout: true }],
  ['RegisterRequest', { step: 'a\u0000' }],
  ['RegisterRequest', { run: ' a' }],
  ['RegisterRequest', { tags: { a: 'x\u2028' } }],
  ['ProgressRequest', { step: '' }],
  ['ProgressRequest', {}],
  ['ProgressRequest', { item: 'scan-1' }],
  ['ProgressRequest', { timeout: 60, deadline }],
  ['ProgressRequest', { failed: { reason: 'a\u0007' } }],
  ['BatchRequest', { operations: [] }],
  ['BatchRequest', { operations: [{ op: 'register', item: 'a', timeout: 60, deadline }] }],
  ['BatchRequest', { operations: [{ op: 'progress', item: 'a' }] }],
  ['BatchRequest', { operations: [{ op: 'remove', item: 'a' }] }],
  ['DiscardRequest', {}],
  ['DiscardRequest', { token: '0mk3v4c7vh3s0w5r8k1z', dryRun: true }],
  ['DiscardRequest', { token: '0mk3v4c7vh3s0w5r8k1z', prefix: '2026/' }],
  ['DiscardRequest', { prefix: '2026/' }],
  ['AcknowledgeRequest', { acknowledged: false }],
  ['TokenRequest', { name: 'a', scopes: ['read'], workflows: ['*'], expiresIn: 0 }],
  ['TokenRequest', { name: 'a\u0000', scopes: ['read'], workflows: ['*'] }],
  ['WorkflowName', '..'],
  ['WorkflowName', '.'],
  ['ItemId', ''],
];

describe('schemas', () => {
  test('of objects allow no undescribed member', () => {
    const objects = objectsIn(document.components.schemas).filter(
      ({ at, object }) =>
        !/\/(examples|dependentSchemas)\//.test(at) && typeof object.properties === 'object',
    );
    expect(objects.length).toBeGreaterThan(10);
    const open = objects.filter(({ object }) => object.additionalProperties !== false);
    expect(open.map(({ at }) => at)).toEqual([]);
  });

  test('of nested objects do not receive the name of another schema from generators', () => {
    const inside = objectsIn(document.components.schemas).flatMap(({ at, object }) => {
      const [, name = ''] = /\/properties\/(\w+)(?:\/items)?$/.exec(at) ?? [];
      return object.properties ? [`${name.charAt(0).toUpperCase()}${name.slice(1)}`] : [];
    });
    expect(inside).toContain('Changes');
    expect(inside.filter((name) => name in document.components.schemas)).toEqual([]);
  });

  test('have one type each, no const, and integers for enumerated numbers', () => {
    const all = objectsIn(document.components.schemas).filter(({ at }) => !at.includes('/examples/'));
    const odd = all.filter(
      ({ object }) =>
        Array.isArray(object.type) || 'const' in object || (object.type === 'number' && 'enum' in object),
    );
    expect(odd).toEqual([]);
  });

  test('of maps describe their keys and values', () => {
    const maps = objectsIn(document.components.schemas).filter(
      ({ object }) => object.type === 'object' && object.properties === undefined,
    );
    const undescribed = maps.filter(
      ({ object }) =>
        typeof object.propertyNames !== 'object' || typeof object.additionalProperties !== 'object',
    );
    expect(undescribed.map(({ at }) => at)).toEqual([]);
    const tags = maps.find(({ at }) => !at.includes('WorkflowChange'));
    const tagChange = maps.find(({ at }) => at.includes('WorkflowChange'));
    expect(tags?.object.additionalProperties).toMatchObject({ type: 'string' });
    expect(tagChange?.object.additionalProperties).toMatchObject({
      oneOf: [{ type: 'string' }, { type: 'null' }],
    });
  });

  test('accept their own examples', () => {
    for (const [name, { examples = [] }] of Object.entries(document.components.schemas)) {
      for (const example of z.parse(z.array(z.unknown()), examples)) {
        expect(faultsOf(namedSchemas[name], example), name).toBe('');
      }
    }
  });

  test.each(refused)('%s refuses %j', (name, value) => {
    expect(refusedBy(name, value)).not.toBe('');
  });
});

describe('examples', () => {
  test('exist for every body except this document', () => {
    const without = responses.filter(({ response }) =>
      Object.values(response.content ?? {}).some((media) => Object.keys(media?.examples ?? {}).length === 0),
    );
    expect(without.map(({ where }) => where)).toEqual(['read-openapi 200']);
  });

  test('and bodies are described wherever the contract has a body', () => {
    const withBody = operations.filter(({ operation }) => operation.requestBody);
    const expected = routes.filter(
      ({ operation }) => contractOf(operation).body ?? contractOf(operation).textBody,
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(withBody.map(({ verb, path }) => `${verb} ${path}`).sort()).toEqual(
      expected.map(({ method, path }) => `${method.toLowerCase()} ${path.replace('+}', '}')}`).sort(),
    );
    const without = withBody.filter(
      ({ operation }) => Object.keys(mediaOf(operation.requestBody)?.examples ?? {}).length === 0,
    );
    expect(without).toEqual([]);
  });

  test.each(bodyExamples)('$where is a valid $schema', ({ schema, value }) => {
    expect(faultsOf(namedSchemas[schema], value)).toBe('');
    expect(refusedBy(schema, value)).toBe('');
  });
});

/** An example of each parameter that has one, as text in the URL. */
function exampleParameters(operation: string, place: 'path' | 'query' | 'header'): Record<string, string> {
  const parameters = (operationNamed(operation).parameters ?? []).filter((one) => one.in === place);
  const examples = parameters.flatMap(({ name, schema }): [string, string][] => {
    const named = document.components.schemas[nameIn(schema.$ref)];
    const [example] = z.parse(z.array(z.unknown()), schema.examples ?? named?.examples ?? []);
    return example === undefined ? [] : [[name, String(example)]];
  });
  return Object.fromEntries(examples);
}

function eventOf(parts: Partial<HttpEvent>): HttpEvent {
  return {
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    rawPath: '/',
    requestContext: { requestId: 'request-1', http: { method: 'GET' } },
    ...parts,
  };
}

function faultsOf(schema: z.core.$ZodType | undefined, value: unknown): string {
  if (!schema) return 'no such schema';
  const parsed = z.safeParse(schema, value);
  return parsed.success ? '' : z.prettifyError(parsed.error);
}

/** The schemas of the document: the published text is tested, not its source. */
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'warden', components: { schemas: document.components.schemas } });

/** The errors of a value against a schema of the document; an empty text if it is valid. */
function refusedBy(name: string, value: unknown): string {
  const validate = ajv.getSchema(`warden#/components/schemas/${name}`);
  if (!validate) throw new Error(`no schema ${name}`);
  return validate(value) ? '' : ajv.errorsText(validate.errors);
}
