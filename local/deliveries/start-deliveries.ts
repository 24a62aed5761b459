import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { Address } from '../../core/contract/commands.ts';
import { type Format, rendered } from '../../core/contract/formats/rendered.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { EmbeddedAws } from '../embedded-aws.ts';
import * as names from '../names.ts';
import { sendToQueue } from '../queues.ts';
import type { DeliveryLoop } from './delivery-loop.ts';
import { ensureSubscription } from './delivery-queue.ts';
import { incidentLine } from './incident-line.ts';
import { type OldQueues, takeOverOldQueues } from './old-queues.ts';
import { openSummary } from './open-summary.ts';
import { beginDelivery } from './resumed-item.ts';
import { terminalDelivery } from './terminal.ts';
import { type WebhookOptions, webhookDelivery } from './webhook.ts';
import { webhookKey } from './webhook-secret.ts';
import { webhookTarget } from './webhook-url.ts';

export interface DeliveriesOptions {
  webhook?: string | undefined;
  redriveWebhook?: string | undefined;
  webhookSecret?: string | undefined;
  clock: Clock;
  format?: Format | undefined;
  print: (notification: string, address: Address | undefined) => Promise<void>;
  tell: (line: string) => void;
}

export interface Deliveries {
  loops: DeliveryLoop[];
  webhook: Webhook | undefined;
  redriveWebhook: Webhook | undefined;
}

export interface Webhook {
  loop: DeliveryLoop;
  queueUrl: string;
}

/** A delivery of notifications to the terminal, and one to each webhook that there is. They do not run yet. */
export async function startDeliveries(
  aws: EmbeddedAws,
  options: DeliveriesOptions,
  address: () => Address | undefined,
): Promise<Deliveries> {
  const { sns, sqs, service } = aws;
  const { format = { name: 'json' }, clock, print, tell } = options;
  const shared = { client: sqs, clock, onError: tell };
  service.areDeliveriesNoted = options.redriveWebhook !== undefined;
  const { topicArn, redriveTopicArn } = aws;
  const terminal = await ensureSubscription({ sns, sqs, topicArn, queueName: names.terminalQueue });
  const toWebhook = async (
    url: string | undefined,
    topic: Pick<OldQueues, 'topicArn' | 'prefix'>,
    more: Pick<WebhookOptions, 'what' | 'lineOf' | 'begin' | 'messagesOf'>,
    summary?: () => Promise<object | undefined>,
  ): Promise<Webhook | undefined> => {
    const target = url === undefined ? undefined : webhookTarget(url);
    const queueName =
      target &&
      topic.prefix +
        createHash('sha256')
          .update(url ?? '')
          .digest('hex')
          .slice(0, 16);
    const found = queueName ? await ensureSubscription({ sns, sqs, queueName, ...topic }) : undefined;
    await takeOverOldQueues({ sns, sqs, ...topic, current: found && { ...found, name: queueName ?? '' } });
    if (!target || !found) return undefined;
    const { webhookSecret } = options;
    const key = webhookSecret === undefined ? undefined : webhookKey(webhookSecret);
    const { version } = packageJson;
    const loop = webhookDelivery({ ...shared, ...more, queueUrl: found.url, target, key, version });
    if (found.isNew && summary) {
      const open = await summary();
      if (open) await sendToQueue(sqs, found.arn, JSON.stringify(open));
    }
    return { loop, queueUrl: found.url };
  };
  const webhook = await toWebhook(
    options.webhook,
    { topicArn, prefix: names.webhookQueuePrefix },
    {
      what: 'notification',
      lineOf: incidentLine,
      messagesOf: (body) => rendered(body, format, address()),
    },
    () => openSummary(service),
  );
  const redriveWebhook = await toWebhook(
    options.redriveWebhook,
    { topicArn: redriveTopicArn, prefix: names.redriveWebhookQueuePrefix },
    {
      what: 'redrive message',
      begin: (body) => beginDelivery(service, body),
    },
  );
  const loops = [
    terminalDelivery({ ...shared, queueUrl: terminal.url, print: (body) => print(body, address()) }),
  ];
  for (const one of [webhook, redriveWebhook]) if (one) loops.push(one.loop);
  return { loops, webhook, redriveWebhook };
}
