import * as z from 'zod/mini';
import type { HealthReply } from '../../contract/health.ts';
import { Instant } from '../../contract/time.ts';

/** The topics that need a subscriber: without one, SNS drops every message and says nothing. */
export const watchedTopics = ['notification topic', 'alarm topic'] as const;
export type WatchedTopic = (typeof watchedTopics)[number];

/** A topic as SNS knows it. */
export const TopicState = z.object({
  topic: z.enum(watchedTopics),
  /** Confirmed subscriptions. Missing if the topic cannot be read. */
  confirmed: z.optional(z.int()),
  /** The name of the error with which it could not be read. */
  error: z.optional(z.string()),
});
export type TopicState = z.infer<typeof TopicState>;

/** The subscriptions that a sweep has read. In the registry table under the kind `warden`. */
export const SubscribersRecord = z.object({ at: Instant, topics: z.array(TopicState) });
export type SubscribersRecord = z.infer<typeof SubscribersRecord>;

/** Whether messages to the topic reach nobody: it has no confirmed subscription, or it is gone. */
export function reachesNobody({ confirmed, error }: TopicState): boolean {
  return confirmed === 0 || error?.startsWith('NotFound') === true;
}

type Check = Omit<HealthReply['checks'][number], 'tookMs'>;

/** One check for each topic. Unknown before the first reading, and for the topic of another account that SNS hides. */
export function subscribersHealth(record: SubscribersRecord | undefined): Check[] {
  if (record === undefined) return [{ name: 'notification topic', status: 'unknown' }];
  return record.topics.map((state) => ({
    name: state.topic,
    status: reachesNobody(state) ? 'failing' : state.confirmed === undefined ? 'unknown' : 'ok',
    at: record.at,
    ...(state.confirmed !== undefined && { subscribers: state.confirmed }),
    ...(state.error !== undefined && { error: state.error }),
  }));
}
