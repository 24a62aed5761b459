import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { resources } from '../../../core/contract/resources.ts';
import { routes } from '../../../core/contract/routes.ts';
import { parseRequest } from '../../../core/lambda/http-request.ts';
import { openapi } from '../../../core/openapi/openapi.ts';
import { operations as described } from '../../../core/openapi/paths.ts';
import manifest from '../../../package.json' with { type: 'json' };
import {
  contractOf,
  document,
  mediaOf,
  nameIn,
  objectsIn,
  operationNamed,
  operations,
  responses,
} from './support/document.ts';
import { eventOf } from './support/http-event.ts';

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

test('the webhooks are the messages of the topics', () => {
  const schemas = Object.values(document.webhooks).map(({ post }) =>
    nameIn(post.requestBody.content['application/json'].schema.$ref),
  );
  expect(schemas).toEqual(['Notification', 'Digest', 'ItemEvent', 'RedriveMessage']);
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
