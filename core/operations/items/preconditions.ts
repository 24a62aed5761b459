import type { Stored } from '../../aws/items/stored.ts';
import { durationText } from '../../contract/duration-text.ts';
import { ProblemError } from '../../problem-error.ts';

/** The attempt and run that a request is meant for. Undefined means any. */
export interface Preconditions {
  attempt?: number | undefined;
  run?: string | undefined;
}

/** Throws a 412 problem if the item is not in the attempt and run that the request is meant for. */
export function checkPreconditions(record: Stored, only: Preconditions): void {
  if (only.attempt !== undefined && only.attempt !== record.attempt) {
    throw new ProblemError(
      'other-attempt',
      `If-Match asks for attempt ${only.attempt}; the item is in attempt ${record.attempt}`,
    );
  }
  if (only.run !== undefined && only.run !== record.run) {
    const current = record.run === undefined ? 'has no run' : `is in run "${record.run}"`;
    throw new ProblemError('other-attempt', `the request is for run "${only.run}"; the item ${current}`);
  }
}

/** @param keptMs how long the workflow keeps receipts, if that is known */
export function itemNotFound(workflow: string, item: string, keptMs?: number): ProblemError {
  return new ProblemError(
    'item-not-found',
    `workflow "${workflow}" has no item "${item}": it was ${completedText(keptMs)}, or discarded, or never registered`,
  );
}

function completedText(keptMs: number | undefined): string {
  if (keptMs === undefined) return 'completed so long ago that its receipt has expired';
  return keptMs === 0 ? 'completed without a receipt' : `completed more than ${durationText(keptMs)} ago`;
}

/** How often an operation reads the item again after a lost race before it fails with a 503. */
export const mostTries = 8;
