import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { Format } from '../../core/contract/formats/rendered.ts';
import { instant } from '../../core/contract/time.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { post } from './webhook.ts';
import { webhookKey } from './webhook-secret.ts';
import { webhookTarget } from './webhook-url.ts';

export interface NoticeOptions {
  webhook?: string | undefined;
  webhookSecret?: string | undefined;
  format?: Format | undefined;
  clock: Clock;
}

/** How long the last post may take before the process ends, in milliseconds. */
const withinMs = 3_000;

/**
 * Posts a line about the warden itself to the webhook, past all queues, because the queues may be the fault. Resolves
 * whether or not the webhook accepts it.
 */
export async function postNotice(
  { webhook, webhookSecret, format = { name: 'json' }, clock }: NoticeOptions,
  text: string,
  level: 'alert' | 'info' = 'alert',
): Promise<void> {
  const target = webhook === undefined ? undefined : webhookTarget(webhook);
  if (target === undefined) return;
  const id = randomUUID();
  const body = JSON.stringify(noticeBody(format, { id, level, at: instant(clock.now()), text }));
  const key = webhookSecret === undefined ? undefined : webhookKey(webhookSecret);
  const options = { target, key, version: packageJson.version, clock };
  // The line is on stderr already, and there is no queue for another try.
  await post(options, { id, signedId: id, body }, AbortSignal.timeout(withinMs)).catch(() => {});
}

interface Notice {
  id: string;
  level: 'alert' | 'info';
  at: string;
  text: string;
}

function noticeBody(format: Format, { id, level, at, text }: Notice): object {
  if (format.name === 'slack') return { text };
  if (format.name === 'pagerduty') {
    // One alert about the warden itself, which is resolved when it watches items again.
    const event = { routing_key: format.routingKey, dedup_key: 'process-warden' };
    if (level === 'info') return { ...event, event_action: 'resolve' };
    const payload = { summary: text, source: 'process-warden', severity: 'critical', timestamp: at };
    return { ...event, event_action: 'trigger', payload };
  }
  const subject = level === 'alert' ? '[warden] Nothing is watched' : '[warden] Items are watched again';
  return { id, event: 'notice', level, subject, at, text };
}
