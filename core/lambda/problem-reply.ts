import type { ProblemError } from '../problem-error.ts';
import { everyReply } from './http-reply.ts';

/** The reply of a problem, RFC 9457. A failure of ours may be retried after a second. */
export function problemReply(problem: ProblemError) {
  return {
    statusCode: problem.status,
    headers: {
      ...everyReply,
      'content-type': 'application/problem+json',
      ...(problem.status >= 500 && { 'retry-after': '1' }),
      ...problem.headers,
    },
    body: `${JSON.stringify(problem.toProblem())}\n`,
  };
}
