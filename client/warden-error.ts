import type { Problem, ProblemCode } from '../core/contract/problem.ts';

/** Why a call failed. `code` is that of the problem, or `unreachable`, `timeout`, `aborted`, `spool-full`, `spool-failed`, `not-the-warden`. */
export type WardenErrorCode =
  | ProblemCode
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  | 'spool-full'
  | 'spool-failed'
  | 'not-the-warden';

/** The one error of the client. */
export class WardenError extends Error {
  override readonly name = 'WardenError';
  readonly code: WardenErrorCode;
  /** The problem that the service returned, if it returned one. */
  readonly problem: Problem | undefined;

  constructor(code: WardenErrorCode, message: string, options: { problem?: Problem; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.problem = options.problem;
  }

  /** The HTTP status of the problem, if there was one. */
  get status(): number | undefined {
    return this.problem?.status;
  }

  /** Each fault of the request and its place. */
  get errors(): NonNullable<Problem['errors']> {
    return this.problem?.errors ?? [];
  }
}
