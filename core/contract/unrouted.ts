import type { HttpContract } from './operation.ts';

/** Whatever no route matches: nothing is parsed, since nothing is done. */
export const unroutedContract = {
  operation: 'answer-unrouted',
  scope: 'any',
  replies: {},
  problems: ['route-not-found', 'method-not-allowed'],
} satisfies HttpContract;
