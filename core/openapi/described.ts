import type * as z from 'zod/mini';
import type { OperationContract } from '../contract/operation.ts';
import type { Operation } from '../contract/routes.ts';

export type Examples<Value> = Record<string, { summary: string; value: Value }>;

/** Headers that replies have, by the names of the document's components (headers.ts). */
export type HeaderName = 'ETag' | 'Link' | 'Cache-Control';

type ExamplesOf<Schema> = Schema extends z.core.$ZodType ? Examples<z.output<Schema>> : never;

interface ReplyText<Schema> {
  description: string;
  headers?: readonly HeaderName[];
  examples?: ExamplesOf<Schema>;
}

/** What people read of an operation: of its body if it takes one, and of each reply that its contract has. */
type OperationText<Contract extends OperationContract> = {
  summary: string;
  description: string;
  replies: { [Status in keyof Contract['replies']]: ReplyText<Contract['replies'][Status]> };
} & (Contract extends { body: infer Schema }
  ? { request: ExamplesOf<Contract extends { documentedBody: infer Documented } ? Documented : Schema> }
  : unknown) &
  (Contract extends { lines: unknown }
    ? { lines: { description: string; examples: Examples<string> } }
    : unknown);

/** An operation with its contract and its text, whatever its schemas are. */
export interface Described<Name extends Operation = Operation> {
  contract: OperationContract & { operation: Name };
  text: {
    summary: string;
    description: string;
    request?: object;
    replies: Record<number, { description: string; headers?: readonly HeaderName[]; examples?: object }>;
    lines?: { description: string; examples: object };
  };
}

/** The text of a contract, whose examples must be of its schemas. */
export function described<Contract extends OperationContract>(
  contract: Contract,
  text: OperationText<Contract>,
): Described<Contract['operation']> {
  return { contract, text };
}
