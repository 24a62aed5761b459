import * as z from 'zod/mini';
import type { OperationContract } from '../../../../core/contract/operation.ts';
import type { Operation } from '../../../../core/contract/routes.ts';
import { openapi } from '../../../../core/openapi/openapi.ts';
import { operations as described } from '../../../../core/openapi/paths.ts';
import {
  Document,
  type JsonSchema,
  type MediaType,
  type OperationObject,
  type Reference,
  type Response,
} from './document-shape.ts';

/** The document as a client receives it. */
export const document = z.parse(Document, JSON.parse(JSON.stringify(openapi())));
export const contractOf = (name: Operation): OperationContract => described[name].contract;

export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([verb, operation]) => (operation ? [{ path, verb, operation }] : [])),
);

export function operationNamed(name: string) {
  const found = operations.find(({ operation }) => operation.operationId === name);
  if (!found) throw new Error(`no operation ${name}`);
  return found.operation;
}

export function nameIn(reference: unknown): string {
  return String(reference).split('/').at(-1) ?? '';
}

function responseOf(response: z.infer<typeof Reference> | Response): Response {
  if (!('$ref' in response)) return response;
  const named = document.components.responses[nameIn(response.$ref)];
  if (!named) throw new Error(`no response ${response.$ref}`);
  return named;
}

/** Every response of every operation. */
export const responses: { where: string; status: number; response: Response }[] = [
  ...operations.flatMap(({ operation }) =>
    Object.entries(operation.responses).map(([status, response]) => ({
      where: `${operation.operationId} ${status}`,
      status: Number(status),
      response: responseOf(response),
    })),
  ),
];

/** The one media type of a request's body. */
export function mediaOf(requestBody: z.infer<typeof OperationObject>['requestBody']) {
  return Object.values(requestBody?.content ?? {})[0] as z.infer<typeof MediaType> | undefined;
}

export function problemCodesOf({ content }: Response): string[] {
  return Object.keys(content?.['application/problem+json']?.examples ?? {});
}

export function documentedCodes(name: string): string[] {
  return Object.values(operationNamed(name).responses).flatMap((one) => problemCodesOf(responseOf(one)));
}

/** Every object in a JSON value, with its path. */
export function objectsIn(value: unknown, at = '#'): { at: string; object: JsonSchema }[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([name, member]) => objectsIn(member, `${at}/${name}`));
  return Array.isArray(value) ? inside : [{ at, object: { ...value } }, ...inside];
}
