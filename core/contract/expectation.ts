import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { Timeout } from './time.ts';
import { timeoutMs } from './timeout.ts';

/** The registrations that a workflow expects (docs/adr/0013). */
export const Expectation = z
  .strictObject({
    atLeast: z.int().check(z.minimum(1), z.maximum(limits.expectedRegistrations)),
    every: Timeout.check(
      z.meta({
        description:
          'How often items are registered: P1D for a nightly job. The time that ends now is judged, whenever now is, so it needs no time zone.',
        examples: ['P1D', 3600],
      }),
    ),
    margin: z.optional(Timeout).check(
      z.meta({
        description:
          'How much longer than `every` may pass, at most twice `every`: a tenth of `every` by default, which covers the hour of a daylight saving change in a day.',
        examples: ['PT2H'],
      }),
    ),
  })
  .check(
    z.refine(
      ({ every, margin }) => margin === undefined || (timeoutMs(margin) ?? 0) <= 2 * (timeoutMs(every) ?? 0),
      { path: ['margin'], error: 'must be at most twice `every`' },
    ),
    z.meta({
      description:
        'Fewer than `atLeast` registrations in the last `every` and its `margin` open an incident. It is resolved as soon as there are enough.',
    }),
  );
export type Expectation = z.infer<typeof Expectation>;
