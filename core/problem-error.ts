import { type Problem, type ProblemCode, problems } from './contract/problem.ts';

interface ProblemDetails {
  errors?: { path: string; message: string }[];
  headers?: Record<string, string>;
  cause?: unknown;
}

/** An outcome that the caller receives as RFC 9457 problem+json. `detail` is shown: never data or a secret. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly errors: { path: string; message: string }[] | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, detail: string, details: ProblemDetails = {}) {
    super(detail, { cause: details.cause });
    this.code = code;
    this.errors = details.errors;
    this.headers = details.headers ?? {};
  }

  get status(): number {
    return problems[this.code].status;
  }

  toProblem(): Problem {
    return {
      type: `urn:process-warden:problem:${this.code}`,
      title: problems[this.code].title,
      status: this.status,
      code: this.code,
      detail: this.message,
      ...(this.errors && { errors: this.errors }),
    };
  }
}

/** A write lost every race for too long. Nothing was done; the caller may retry. */
export function contended(what: string): ProblemError {
  return new ProblemError('unavailable', `${what} is being changed by many callers at once; try again`);
}
