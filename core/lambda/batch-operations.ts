import * as z from 'zod/mini';
import { CompleteOperation, ProgressOperation, RegisterOperation } from '../contract/batch.ts';
import { ProgressRequest } from '../contract/item.ts';
import { received } from '../contract/names.ts';
import { elementTexts, type JsonText, memberText } from '../json-text.ts';
import type { BatchOperation } from '../operations/items/batch.ts';
import { ProblemError } from '../problem-error.ts';
import { parseBody } from './http-request.ts';
import { nearestWord } from './nearest-word.ts';

const schemas = { register: RegisterOperation, progress: ProgressOperation, complete: CompleteOperation };
const Kind = z.object({ op: z.keyof(z.object(schemas)) });

/** The operations of a batch; a problem in place of each invalid one. */
export function parseOperations(
  operations: readonly unknown[],
  body: string,
): (BatchOperation | ProblemError)[] {
  const texts = elementTexts(memberText(body, 'operations') ?? ('[]' as JsonText));
  return operations.map((operation, index) => {
    try {
      return parseOperation(operation, texts[index] ?? '');
    } catch (error) {
      if (error instanceof ProblemError) return error;
      throw error;
    }
  });
}

function parseOperation(operation: unknown, text: string): BatchOperation {
  const kind = z.safeParse(Kind, operation);
  if (!kind.success) {
    const message = kindFault(operation);
    throw new ProblemError('invalid-request', `op ${message}`, { errors: [{ path: 'op', message }] });
  }
  const { body, data } = parseBody(schemas[kind.data.op], operation, text);
  if (body.op === 'progress') {
    // A progress operation needs at least one member that changes something, as it does alone.
    const { op, item, run, attempt, ...said } = body;
    parseBody(ProgressRequest, said, '{}');
  }
  return { ...body, dataText: data };
}

function kindFault(operation: unknown): string {
  const members = typeof operation === 'object' && operation !== null ? operation : {};
  const must = 'must be register, progress or complete';
  if ('op' in members) return `${must}; received ${received(members.op)}`;
  if (Array.isArray(operation) || typeof operation !== 'object' || operation === null)
    return `is missing: an operation must be an object; received ${received(operation)}`;
  const meant = Object.keys(members).find((name) => nearestWord(name, ['op']) !== undefined);
  return `is missing; it ${must}${meant === undefined ? '' : `; did you mean op instead of ${received(meant)}?`}`;
}
