import fc from 'fast-check';
import type { Request } from './request.ts';

const one = <Value>(value: Value) => fc.constant(value);
const workflow = fc.nat(1);

/** Questions about everything that has happened: figures, and who did what. */
export const questions: fc.Arbitrary<Request> = fc.oneof(
  fc.record({
    ask: one('read statistics' as const),
    workflow,
    by: fc.constantFrom('hour' as const, 'day' as const),
  }),
  fc.record({ ask: one('read metrics' as const), workflow }),
  fc.record({
    ask: one('read audit' as const),
    workflow,
    ofAll: fc.boolean(),
    limit: fc.integer({ min: 1, max: 5 }),
  }),
);
