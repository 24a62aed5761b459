import type { Problem, ProblemCode } from '../core/contract/problem.ts';

/**
 * Why a call failed. `code` is the code of the problem, or `unreachable`, `timeout`, `aborted`, `spool-full`,
 * `spool-failed`, `spool-overdue`, `not-the-warden`.
 */
export type WardenErrorCode =
  | ProblemCode
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  | 'spool-full'
  | 'spool-failed'
  | 'spool-overdue'
  | 'not-the-warden';

export interface WardenErrorDetails {
  problem?: Problem;
  /** The HTTP status of the reply. By default the status of the problem. */
  status?: number;
  /** Whether the reply was cut off on its way. */
  isCut?: boolean;
  /** How long the service asks to wait before the next try, in milliseconds. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** The one error of the client. */
export class WardenError extends Error {
  override readonly name = 'WardenError';
  readonly code: WardenErrorCode;
  /** The problem that the service returned, if it returned one. */
  readonly problem: Problem | undefined;
  /** The HTTP status of the reply, if there was one. */
  readonly status: number | undefined;
  /** How long the service asks to wait before the next try, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  readonly #isCut: boolean;

  constructor(code: WardenErrorCode, message: string, details: WardenErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.problem = details.problem;
    this.status = details.status ?? details.problem?.status;
    this.retryAfterMs = details.retryAfterMs;
    this.#isCut = details.isCut ?? false;
  }

  /** Each fault of the request and its place. */
  get errors(): NonNullable<Problem['errors']> {
    return this.problem?.errors ?? [];
  }

  /** Whether the same call may succeed later: network errors, time limits, 408, 429, 5xx, replies that were cut off. */
  get isTemporary(): boolean {
    if (this.code === 'unreachable' || this.code === 'timeout' || this.#isCut) return true;
    const { status = 0 } = this;
    return status === 408 || status === 429 || status >= 500;
  }

  /**
   * Whether nothing is known to be wrong with the request: the warden was not reached, had no time, or something else
   * answered in its place.
   */
  get isUnavailability(): boolean {
    return this.isTemporary || this.code === 'not-the-warden';
  }
}

/** The error, if it is a WardenError; otherwise a WardenError with it as the cause. */
export function wardenErrorOf(error: unknown): WardenError {
  if (error instanceof WardenError) return error;
  return new WardenError('unreachable', 'the client of the warden failed', { cause: error });
}
