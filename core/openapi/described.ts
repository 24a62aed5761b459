import type * as z from 'zod/mini';
import type { OperationContract } from '../contract/operation.ts';
import type { Operation } from '../contract/routes.ts';

export type Examples<Value> = Record<string, { summary: string; value: Value }>;

/** Headers of replies, by their names in the document's components (headers.ts). */
export type HeaderName = 'ETag' | 'Link' | 'Cache-Control';

type ExamplesOf<Schema> = Schema extends z.core.$ZodType ? Examples<z.output<Schema>> : never;

interface ReplyText<Schema> {
  description: string;
  headers?: readonly HeaderName[];
  examples?: ExamplesOf<Schema>;
}

/** The text of an operation: of its body if it has one, and of each reply in its contract. */
type OperationText<Contract extends OperationContract> = {
  summary: string;
  description: string;
  replies: { [Status in keyof Contract['replies']]: ReplyText<Contract['replies'][Status]> };
} & (Contract extends { body: infer Schema }
  ? { request: ExamplesOf<Contract extends { documentedBody: infer Documented } ? Documented : Schema> }
  : unknown) &
  (Contract extends { textBody: infer Text } ? { request: ExamplesOf<Text> } : unknown) &
  (Contract extends { lines: unknown }
    ? { lines: { description: string; examples: Examples<string> } }
    : unknown);

/** An operation with its contract and text, for any schemas. */
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

/** The text of a contract. Its examples must match its schemas. */
export function described<Contract extends OperationContract>(
  contract: Contract,
  text: OperationText<Contract>,
): Described<Contract['operation']> {
  return { contract, text };
}
