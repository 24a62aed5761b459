import * as z from 'zod/mini';
import { daysText } from './days-text.ts';
import { Expectation } from './expectation.ts';
import { limits } from './limits.ts';
import { lines, printable, received, Tags } from './names.ts';
import { Timeout } from './time.ts';

/** When people are notified of an incident again. */
export const NotificationSettings = z.strictObject({
  spacing: z.optional(Timeout).check(
    z.meta({
      description:
        'The time from one update to the next, which doubles up to an hour. One minute by default.',
    }),
  ),
  reminder: z
    .optional(Timeout)
    .check(z.meta({ description: 'The time to a reminder when nothing changes. Four hours by default.' })),
  quiet: z
    .optional(
      z
        .strictObject({
          items: z.optional(z.int().check(z.minimum(2), z.maximum(limits.quietItems))),
          for: z.optional(Timeout),
        })
        .check(
          z.refine(({ items, for: time }) => items !== undefined && time !== undefined, {
            error:
              'must have both items and for, so that people are notified of a single item as well as of many',
          }),
        ),
    )
    .check(
      z.meta({
        description:
          'Send no notification until there are this many items or this time has passed, whichever is first.',
      }),
    ),
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;

/** Automatic redrives. */
export const RedriveSettings = z.strictObject({
  automatic: z
    .strictObject({
      max: z.int().check(z.minimum(1), z.maximum(limits.automaticRedrives)),
      after: Timeout.check(z.meta({ description: 'How long an item must have been overdue or failed.' })),
    })
    .check(
      z.meta({
        description:
          'Resume overdue and failed items automatically, each at most `max` times. Only with `idempotent`.',
      }),
    ),
});

/** How many partitions of the index a workflow can have for each state of its items. */
export const queueShards = [8, 16, 32, 64] as const;

export const Retention = Timeout.check(
  z.meta({
    description: `How long the receipt of a completed item is kept: ${daysText(limits.defaultReceiptSeconds)} by default, at most ${daysText(limits.longestReceiptSeconds)}, 0 for no receipts.`,
    examples: ['P7D', 0],
  }),
);

const WebAddress = printable(1, limits.runbookCharacters).check(
  z.refine((text) => ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? ''), {
    error: ({ input }) => `must be an http or https URL; received ${received(input)}`,
  }),
);

export const WorkflowSettings = z
  .strictObject({
    timeout: z.optional(Timeout),
    warnAfter: z.optional(Timeout).check(
      z.meta({
        description: 'Warn of items that are not completed this long after their deadline was set.',
      }),
    ),
    stuckAfter: z.optional(Timeout).check(
      z.meta({
        description:
          'Warn of items whose `progress` stays the same for longer than this. Items that report no `progress` are not warned of.',
      }),
    ),
    shadowTimeout: z.optional(Timeout).check(
      z.meta({
        description:
          'A timeout on trial: statistics count the attempts that would have gone overdue under it (`shadowLate`), and nobody is notified.',
      }),
    ),
    receipts: z.optional(Retention),
    shards: z.optional(z.literal(queueShards)).check(
      z.meta({
        description:
          'Partitions of the index for each state, 8 by default. Each takes about 500 registrations and completions a second. The number can only grow.',
      }),
    ),
    description: z
      .optional(lines(0, limits.descriptionCharacters))
      .check(z.meta({ description: 'What the workflow does. In every notification.' })),
    tags: z.optional(Tags),
    severity: z
      .optional(printable(1, limits.severityCharacters))
      .check(z.meta({ description: 'Passed on with every notification.', examples: ['critical'] })),
    owner: z.optional(printable(1, limits.ownerCharacters)).check(
      z.meta({
        description: 'Who to ask, for example a team or an address. In every notification.',
        examples: ['payments@example.com'],
      }),
    ),
    runbook: z.optional(WebAddress).check(
      z.meta({
        description: 'The http or https URL of what to do when something is lost. In every notification.',
        examples: ['https://wiki.example.com/payments'],
      }),
    ),
    badge: z.optional(z.boolean()).check(
      z.meta({
        description:
          'Whether `GET /v1/workflows/{workflow}/badge` shows everybody, without a token, how many items are overdue and failed. false by default.',
      }),
    ),
    notifications: z.optional(NotificationSettings),
    expect: z.optional(Expectation),
    idempotent: z
      .optional(z.boolean())
      .check(z.meta({ description: 'Doing the work of an item twice does no harm.' })),
    redrive: z.optional(RedriveSettings),
  })
  .check(
    z.refine(({ idempotent, redrive }) => redrive === undefined || idempotent === true, {
      path: ['idempotent'],
      error:
        'must be true when redrive.automatic is set, because an automatic redrive can do the work of an item twice',
    }),
  );
export type WorkflowSettings = z.infer<typeof WorkflowSettings>;
