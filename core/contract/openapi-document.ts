import * as z from 'zod/mini';
import { NoPath, NoQuery, type OperationContract } from './operation.ts';

export const OpenApiDocument = z
  .record(z.string(), z.unknown())
  .check(z.meta({ description: 'An OpenAPI 3.1 document.' }));

export const readOpenapiContract = {
  operation: 'read-openapi',
  scope: 'any',
  path: NoPath,
  query: NoQuery,
  replies: { 200: OpenApiDocument },
  problems: [],
} satisfies OperationContract;
