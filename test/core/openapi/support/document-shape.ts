import * as z from 'zod/mini';
import { Scope } from '../../../../core/contract/scope.ts';

const Text = z.string().check(z.minLength(1));
export const JsonSchema = z.record(z.string(), z.unknown());
export type JsonSchema = z.infer<typeof JsonSchema>;
export const Reference = z.strictObject({ $ref: z.string().check(z.regex(/^#\/components\/\w+\/[\w.-]+$/)) });
const Header = z.strictObject({ description: Text, schema: JsonSchema });
export const MediaType = z.strictObject({
  schema: JsonSchema,
  examples: z.optional(z.record(z.string(), z.strictObject({ summary: Text, value: z.unknown() }))),
});
export const Response = z.strictObject({
  description: Text,
  headers: z.optional(z.record(z.string(), Reference)),
  content: z.optional(
    z.partialRecord(
      z.enum(['application/json', 'application/problem+json', 'application/x-ndjson', 'text/plain']),
      MediaType,
    ),
  ),
});
export type Response = z.infer<typeof Response>;
const Parameter = z.strictObject({
  name: Text,
  in: z.enum(['path', 'query', 'header']),
  required: z.optional(z.literal(true)),
  description: Text,
  schema: JsonSchema,
});
export const OperationObject = z.strictObject({
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
export const Document = z.strictObject({
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
