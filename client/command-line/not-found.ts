import { type ProblemCode, problems } from '../../core/contract/problem.ts';
import { WardenError } from '../warden-error.ts';

/** The error that something is not there, although the service has answered without one. */
export function notFound(code: Extract<ProblemCode, `${string}-not-found`>, detail: string): WardenError {
  const { status, title } = problems[code];
  const type = `urn:process-warden:problem:${code}`;
  return new WardenError(code, detail, { problem: { type, title, status, code, detail } });
}
