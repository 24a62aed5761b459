import { instant } from '../../contract/time.ts';
import { reachesNobody } from '../../model/warden/subscribers.ts';
import { subscribersEveryMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';

/**
 * Reads every few minutes whether anybody is subscribed to the topics for people, for health and an alarm: SNS drops
 * messages to a topic without subscriptions, and counts no failure.
 */
export async function keepSubscribers({
  subscribers,
  state,
  clock,
  log,
}: Pick<Ports, 'subscribers' | 'state' | 'clock' | 'log'>): Promise<void> {
  const now = clock.now();
  const last = await state.subscribers();
  const isRecent = last !== undefined && now - Date.parse(last.at) < subscribersEveryMs;
  const topics = isRecent ? last.topics : await subscribers.read();
  if (!isRecent) await state.recordSubscribers({ at: instant(now), topics });
  const unheard = topics.filter(reachesNobody);
  if (unheard.length === 0) return;
  log.metrics({ NobodySubscribed: unheard.length });
  log.warn('nobody is subscribed', { topics: unheard.map(({ topic }) => topic) });
}
