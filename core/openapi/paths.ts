import { ItemId } from '../contract/names.ts';
import type { OperationContract } from '../contract/operation.ts';
import { itemParameter } from '../contract/query-form.ts';
import { type Operation, routes } from '../contract/routes.ts';
import type { Described } from './described.ts';
import { headersOf } from './headers.ts';
import { incidents } from './incidents.ts';
import { items } from './items.ts';
import { itemsInBulk } from './items-in-bulk.ts';
import { byStatus, problemResponse, problemsOf, responseName } from './problems.ts';
import { redrives } from './redrives.ts';
import { type Json, type Parameter, parametersIn, reference, schemaReference } from './schemas.ts';
import { service } from './service.ts';
import { tokens } from './tokens.ts';
import { workflows } from './workflows.ts';

const byTag = {
  Items: { ...items, ...itemsInBulk },
  Redrives: redrives,
  Workflows: workflows,
  Incidents: incidents,
  Tokens: tokens,
  Service: service,
};

/** Every operation with its contract and text. A route without one does not compile. */
export const operations: { [Name in Operation]: Described<Name> } = {
  ...byTag.Items,
  ...byTag.Redrives,
  ...byTag.Workflows,
  ...byTag.Incidents,
  ...byTag.Tokens,
  ...byTag.Service,
};

const tagOf = (operation: Operation) => Object.entries(byTag).find(([, those]) => operation in those)?.[0];

/** The paths with their methods, from the routes. */
export function paths(): Json {
  const byPath = Map.groupBy(routes, ({ path }) => path.replaceAll('+}', '}'));
  const schemas = Object.values(operations).flatMap(({ contract }: Described) => [
    contract.path,
    contract.pathForm ?? contract.path,
    contract.query,
  ]);
  const bySchema = parametersIn(schemas);
  const methods = (of: readonly (typeof routes)[number][]) =>
    Object.fromEntries(
      of.map(({ method, path, operation }) => [
        method.toLowerCase(),
        describe(operation, path.includes('{item+}'), bySchema),
      ]),
    );
  return Object.fromEntries([...byPath].map(([path, of]) => [path, methods(of)]));
}

type ParametersBySchema = ReturnType<typeof parametersIn>;

/** @param isPathForm of an item's operation: the second way to ask for it, for plain ids (docs/adr/0020) */
function describe(operation: Operation, isPathForm: boolean, bySchema: ParametersBySchema): Json {
  const { contract, text }: Described = operations[operation];
  const { scope, body, documentedBody = body, textBody } = contract;
  const description = isPathForm
    ? `The same as \`${operation}\`, for plain ids, which a path carries unchanged.`
    : text.description;
  return {
    operationId: isPathForm ? `${operation}-by-path` : operation,
    tags: [tagOf(operation)],
    summary: isPathForm ? `${text.summary}, by a plain id` : text.summary,
    description: scope === 'any' ? description : `${description} Needs the scope \`${scope}\`.`,
    security: scope === 'any' ? [{}, ...security()] : security(scope),
    ...parameters(contract, isPathForm, bySchema),
    ...(documentedBody && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schemaReference(documentedBody, `the body of ${operation}`),
            examples: text.request,
          },
        },
      },
    }),
    ...(textBody && {
      requestBody: {
        content: {
          'text/plain': {
            schema: schemaReference(textBody, `the body of ${operation}`),
            examples: text.request,
          },
        },
      },
    }),
    responses: responses(contract, text),
  };
}

const security = (scope?: string) => [{ token: scope === undefined ? [] : [scope] }, { sigv4: [] }];

const ifMatchHeader: Json = {
  name: 'If-Match',
  in: 'header',
  description:
    'Acts only if the item is in this attempt; `*` means any attempt. Otherwise returns 412 `other-attempt`.',
  schema: { type: 'string', pattern: '^("?[1-9][0-9]{0,8}"?|\\*)$', examples: ['"1"'] },
};

function parameters(contract: OperationContract, isPathForm: boolean, bySchema: ParametersBySchema) {
  const { path, pathForm, query, ifMatch } = contract;
  const inPath = bySchema.get((isPathForm && pathForm) || path) ?? [];
  const isQueryForm = pathForm !== undefined && !isPathForm;
  const all = [
    ...inPath.filter(({ name }) => !isQueryForm || name !== 'item').map((one) => parameter('path', one)),
    ...(isQueryForm ? [itemInQuery] : []),
    ...(bySchema.get(query) ?? []).map((one) => parameter('query', one)),
    ...(ifMatch ? [ifMatchHeader] : []),
  ];
  return all.length > 0 && { parameters: all };
}

const itemInQuery: Json = {
  name: itemParameter,
  in: 'query',
  required: true,
  description: "The item's id, any id, percent-encoded once. A `+` means a space.",
  schema: schemaReference(ItemId, 'ids of items'),
};

function parameter(place: 'path' | 'query', { name, description, schema }: Parameter): Json {
  return { name, in: place, ...(place === 'path' && { required: true }), description, schema };
}

interface Response {
  description: string;
  headers?: Json;
  content?: Json;
}

/** Replies and problems by status. A status that has both tells them apart by media type. */
function responses(contract: Described['contract'], text: Described['text']): Json {
  const all: Record<string, Response | Json> = {};
  for (const status of Object.keys(text.replies)) all[status] = reply(contract, text, Number(status));
  for (const [status, codes] of byStatus(problemsOf(contract))) {
    const own = all[status] as Response | undefined;
    const problem = problemResponse(status, codes);
    all[status] = own
      ? {
          description: `${own.description} Or ${problem.description}`,
          headers: { ...own.headers, ...problem.headers },
          content: { ...own.content, ...problem.content },
        }
      : reference('responses', responseName(codes));
  }
  return all;
}

function reply(
  contract: Described['contract'],
  { replies, lines }: Described['text'],
  status: number,
): Response {
  const { description, headers = [], examples } = replies[status] ?? { description: '' };
  const schema = contract.replies[status];
  if (!schema) return { description, ...headersOf(headers) };
  return {
    description,
    ...headersOf(headers),
    content: {
      [contract.mediaType?.split(';')[0] ?? 'application/json']: {
        schema: schemaReference(schema, `${contract.operation} ${status}`),
        ...(examples && { examples }),
      },
      ...(lines && { 'application/x-ndjson': linesOf(lines) }),
    },
  };
}

/** OpenAPI 3.1 has no schema for JSON line by line. */
function linesOf({ description, examples }: { description: string; examples: object }): Json {
  return { schema: { type: 'string', description }, examples };
}
