import * as z from 'zod/mini';
import { IncidentCounts, IncidentKind, Shortfall } from './incident.ts';
import { WorkflowName } from './names.ts';
import { Notification } from './notification.ts';
import { Instant } from './time.ts';
import { IncidentId } from './time-ordered-id.ts';

/** How many incidents one digest names: all of them and their workflows fit one SNS message of 256 KiB. */
export const mostDigested = 300;

/** A notification of one incident, as a part of a digest. */
export const DigestedIncident = z.strictObject({
  notification: Notification.shape.id.check(
    z.meta({ description: 'The id that the notification would have if it were sent alone.' }),
  ),
  sequence: Notification.shape.sequence,
  event: Notification.shape.event,
  incident: IncidentId,
  workflow: WorkflowName,
  kind: IncidentKind,
  severity: z.optional(z.string()),
  openedAt: Instant,
  counts: IncidentCounts,
  shortfall: z.optional(Shortfall),
});
export type DigestedIncident = z.infer<typeof DigestedIncident>;

/** One notification of many incidents, in place of the notifications that the budget held back. */
export const Digest = z.strictObject({
  id: z.string(),
  event: z.literal('digest'),
  level: Notification.shape.level.check(z.meta({ description: 'The highest level of the incidents.' })),
  subject: Notification.shape.subject,
  at: Instant,
  workflows: z
    .int()
    .check(z.meta({ description: 'How many workflows in this digest have an open incident.' })),
  resolved: z.int().check(z.meta({ description: 'How many incidents in this digest are resolved.' })),
  incidents: z
    .array(DigestedIncident)
    .check(
      z.minLength(1),
      z.maxLength(mostDigested),
      z.meta({ description: 'Open incidents first, those with the most items first.' }),
    ),
});
export type Digest = z.infer<typeof Digest>;

/** Everything that is published for people. */
export const PublishedNotification = z.union([Notification, Digest]);
export type PublishedNotification = z.infer<typeof PublishedNotification>;
