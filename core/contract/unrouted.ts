import type { HttpContract } from './operation.ts';

/** Requests that no route matches: nothing is parsed, because nothing is done. */
export const unroutedContract = {
  operation: 'answer-unrouted',
  scope: 'any',
  replies: {},
  problems: ['route-not-found', 'method-not-allowed'],
} satisfies HttpContract;
