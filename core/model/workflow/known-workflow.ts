import { ProblemError } from '../../problem-error.ts';

/**
 * Throws a 404 problem for an unknown workflow: an action on a mistyped name must not look like a success (P7). A
 * workflow whose record cannot be read, or that was removed and may have items again, is known.
 *
 * @param found the record of the workflow in the registry
 */
export function requireKnown(found: object | undefined, workflow: string): void {
  if (found === undefined) throw workflowNotFound(workflow);
}

export function workflowNotFound(workflow: string): ProblemError {
  return new ProblemError('workflow-not-found', `there is no workflow "${workflow}"`);
}
