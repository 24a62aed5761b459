import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { HealthReply } from '../core/contract/health.ts';
import { instant } from '../core/contract/time.ts';
import type { Webhook } from './deliveries/start-deliveries.ts';
import type { HttpHandler } from './http-bridge/answer.ts';

export type LocalCheck = HealthReply['checks'][number];

/** A health check whose reply also covers parts that only a laptop has: disk, output and webhooks. */
export function withLocalChecks(
  handler: HttpHandler,
  checks: readonly (() => Promise<LocalCheck> | LocalCheck)[],
): HttpHandler {
  return async (event, context) => {
    const reply = await handler(event, context);
    if (reply.statusCode !== 200 && reply.statusCode !== 503) return reply;
    const parsed = HealthReply.safeParse(jsonOf(reply.body));
    if (!parsed.success) return reply;
    const all = [...parsed.data.checks, ...(await Promise.all(checks.map((check) => check())))];
    const isFailing = all.some(({ status }) => status === 'failing');
    const health: HealthReply = { status: isFailing ? 'failing' : 'ok', checks: all };
    const { 'content-length': _, ...headers } = reply.headers ?? {};
    return { ...reply, headers, statusCode: isFailing ? 503 : 200, body: `${JSON.stringify(health)}\n` };
  };
}

/** Whether somebody can read the output of the service. */
export function outputCheck(fault: string | undefined): LocalCheck {
  if (fault === undefined) return { name: 'output', status: 'ok', tookMs: 0 };
  return { name: 'output', status: 'failing', tookMs: 0, error: fault };
}

/** Whether a webhook accepts posts, since when it does not, and how many messages wait for it. */
export async function webhookCheck(
  sqs: SQSClient,
  name: 'webhook' | 'redrive webhook',
  { loop, queueUrl }: Webhook,
): Promise<LocalCheck> {
  const started = performance.now();
  const { failingSince, error } = loop.state;
  const found = await sqs
    .send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    )
    .catch(() => undefined);
  const { ApproximateNumberOfMessages = 0, ApproximateNumberOfMessagesNotVisible = 0 } =
    found?.Attributes ?? {};
  return {
    name,
    status: failingSince === undefined ? 'ok' : 'failing',
    tookMs: Math.round(performance.now() - started),
    waiting: Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible),
    ...(failingSince !== undefined && { failingSince: instant(failingSince) }),
    ...(error !== undefined && { error }),
  };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
