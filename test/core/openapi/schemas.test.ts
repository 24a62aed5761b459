import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { routes } from '../../../core/contract/routes.ts';
import { namedSchemas } from '../../../core/openapi/schemas.ts';
import {
  contractOf,
  document,
  mediaOf,
  nameIn,
  objectsIn,
  operations,
  responses,
} from './support/document.ts';
import type { MediaType } from './support/document-shape.ts';

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
