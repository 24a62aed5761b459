import type { ProblemError } from '../problem-error.ts';

/** RFC 9457. What failed on our side may be tried again after a second. */
export function problemReply(problem: ProblemError) {
  return {
    statusCode: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(problem.status >= 500 && { 'retry-after': '1' }),
      ...problem.headers,
    },
    body: JSON.stringify(problem.toProblem()),
  };
}
