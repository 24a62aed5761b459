import { pathOf } from '../contract/path-of.ts';
import { methodsOf } from '../contract/routes.ts';
import { ProblemError } from '../problem-error.ts';

/** Throws the problem for a request that no route matches: 405 with the allowed methods, or 404. */
export function answerUnrouted(method: string, rawPath: string): never {
  const allowed = methodsOf(rawPath);
  if (allowed.length === 0) {
    throw new ProblemError(
      'route-not-found',
      `there is no such path; GET ${pathOf('read-openapi', {})} lists all paths`,
    );
  }
  throw new ProblemError(
    'method-not-allowed',
    `the method ${method} is not allowed here; allowed: ${allowed.join(', ')}`,
    {
      headers: { allow: allowed.join(', ') },
    },
  );
}
