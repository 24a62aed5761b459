import type * as z from 'zod/mini';
import type { PathParameters } from './path-of.ts';
import type { resources } from './resources.ts';
import type { Operation } from './routes.ts';

type ExportsOf<Resource> = Resource extends unknown ? Resource[keyof Resource] : never;

/** The contract of every operation: each export of a resource that has the name of an operation. */
type Contract = Extract<ExportsOf<(typeof resources)[number]>, { operation: Operation; replies: object }>;

type ContractOf<Name extends Operation> = Extract<Contract, { operation: Name }>;

/** What a token needs for an operation. */
export type ScopeOf<Name extends Operation> = ContractOf<Name>['scope'];

type Numbers = 'limit' | 'attempt' | 'exit';
type Booleans = 'started' | 'stuck' | 'descendants';

/** The query of an operation, with numbers, booleans and lists as values of the program. */
export type QueryOf<Name extends Operation> = {
  [Parameter in keyof z.input<ContractOf<Name>['query']>]: Parameter extends Numbers
    ? number | undefined
    : Parameter extends Booleans
      ? boolean | undefined
      : z.input<ContractOf<Name>['query']>[Parameter];
} & (Name extends 'fail' ? { id: string } : unknown);

/** The body of an operation, as callers send it. */
export type BodyOf<Name extends Operation> =
  ContractOf<Name> extends { documentedBody: infer Body extends z.core.$ZodType }
    ? z.input<Body>
    : ContractOf<Name> extends { body: infer Body extends z.core.$ZodType }
      ? z.input<Body>
      : ContractOf<Name> extends { textBody: z.core.$ZodType }
        ? string
        : undefined;

type Replies<Name extends Operation> = ContractOf<Name>['replies'];

/** What an operation returns when it succeeds: any of its replies, undefined for one without a body. */
export type ReplyOf<Name extends Operation> = {
  [Status in keyof Replies<Name>]: Replies<Name>[Status] extends z.core.$ZodType
    ? z.output<Replies<Name>[Status]>
    : undefined;
}[keyof Replies<Name>];

/** How long a call may take, and what ends it early. */
export interface CallLimits {
  signal?: AbortSignal | undefined;
  /** Milliseconds that the call may take with all its tries. */
  timeoutMs?: number | undefined;
}

/** What one call of an operation consists of. */
export interface RequestOf<Name extends Operation> extends CallLimits {
  path: PathParameters<Name>;
  query?: QueryOf<Name>;
  body?: BodyOf<Name>;
  /** Acts only if the item is in this attempt: `If-Match`. */
  attempt?: number | undefined;
}
