import type * as z from 'zod/mini';
import type { listAuditContract } from './audit.ts';
import type { batchContract } from './batch.ts';
import type { discardContract } from './discard.ts';
import type { failContract } from './fail.ts';
import type { checkHealthContract } from './health.ts';
import type { acknowledgeIncidentContract, listIncidentsContract, readIncidentContract } from './incident.ts';
import type { completeContract, progressContract, readContract } from './item.ts';
import type { listContract } from './item-list.ts';
import type { readMetricsContract } from './metrics.ts';
import type { readOpenapiContract } from './openapi-document.ts';
import type { PathParameters } from './path-of.ts';
import type { reconcileContract } from './reconcile.ts';
import type {
  changeRedriveContract,
  listRedrivesContract,
  readRedriveContract,
  startRedriveContract,
} from './redrive.ts';
import type { registerContract } from './registration.ts';
import type { Operation } from './routes.ts';
import type { endSilenceContract, silenceWorkflowContract } from './silence.ts';
import type { readStatisticsContract } from './statistics.ts';
import type { createTokenContract, listTokensContract, revokeTokenContract } from './token.ts';
import type {
  changeWorkflowContract,
  listWorkflowsContract,
  readWorkflowContract,
  removeWorkflowContract,
  saveWorkflowContract,
} from './workflow.ts';

type Contract =
  | typeof registerContract
  | typeof readContract
  | typeof progressContract
  | typeof completeContract
  | typeof failContract
  | typeof listContract
  | typeof batchContract
  | typeof reconcileContract
  | typeof startRedriveContract
  | typeof listRedrivesContract
  | typeof readRedriveContract
  | typeof changeRedriveContract
  | typeof discardContract
  | typeof listWorkflowsContract
  | typeof readWorkflowContract
  | typeof saveWorkflowContract
  | typeof changeWorkflowContract
  | typeof removeWorkflowContract
  | typeof silenceWorkflowContract
  | typeof endSilenceContract
  | typeof listIncidentsContract
  | typeof readIncidentContract
  | typeof acknowledgeIncidentContract
  | typeof createTokenContract
  | typeof listTokensContract
  | typeof revokeTokenContract
  | typeof listAuditContract
  | typeof checkHealthContract
  | typeof readStatisticsContract
  | typeof readMetricsContract
  | typeof readOpenapiContract;

type ContractOf<Name extends Operation> = Extract<Contract, { operation: Name }>;

/** What a token needs for an operation. */
export type ScopeOf<Name extends Operation> = ContractOf<Name>['scope'];

type Numbers = 'limit' | 'attempt' | 'exit';
type Booleans = 'started' | 'stuck' | 'descendants';

/** The query of an operation, with numbers, booleans and lists as they are in the program. */
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
