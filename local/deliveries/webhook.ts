import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Clock } from '../../core/clock.ts';
import { DeliveryLoop } from './delivery-loop.ts';

export interface WebhookOptions {
  client: SQSClient;
  /** The queue of the webhook. */
  queueUrl: string;
  /** The name of a posted message in lines for people, for example `notification`. */
  what: string;
  /** http or https. */
  url: string;
  /** What to post for a message, one by one in this order; the message itself by default. */
  messagesOf?: (body: string) => string[];
  /** Called when all that is posted for a message was taken. If it fails, the message is posted again. */
  taken?: (body: string) => Promise<void>;
  /** The version of Process Warden, for the user agent. */
  version: string;
  clock: Clock;
  /** One line for people: on a message's first failure and then on every tenth. */
  onError: (message: string) => void;
}

/** How long one POST may take, in milliseconds. */
const POST_TIMEOUT_MS = 10_000;
const PARALLEL_POSTS = 10;

/** Only characters that a header can carry. */
const Identified = z.object({ id: z.string().check(z.regex(/^[\x21-\x7e]{1,256}$/)) });

/**
 * Posts the messages of one queue to one URL and repeats each until it is answered 2xx, for up to 14 days.
 * @throws TypeError for an invalid URL, or one that is neither http nor https
 */
export function webhookDelivery(options: WebhookOptions): DeliveryLoop {
  const url = new URL(options.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`A webhook is an http or https URL, not ${url.protocol}`);
  }
  return new DeliveryLoop({
    client: options.client,
    what: options.what,
    queueUrl: options.queueUrl,
    // Paths and queries of webhooks are secrets: whoever knows them can post.
    target: url.origin,
    deliver: async (body, signal) => {
      const id = notificationId(body);
      for (const message of options.messagesOf?.(body) ?? [body]) {
        await post(url, { id, body: message }, options.version, signal);
      }
      await options.taken?.(body);
    },
    parallel: PARALLEL_POSTS,
    clock: options.clock,
    onError: options.onError,
  });
}

async function post(
  url: URL,
  { id, body }: { id: string | undefined; body: string },
  version: string,
  stopping: AbortSignal,
): Promise<void> {
  const timeout = AbortSignal.timeout(POST_TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': `process-warden/${version}`,
        ...(id === undefined ? {} : { 'process-warden-notification': id }),
      },
      body,
      // The configured URL decides who may read notifications; a redirect would choose somebody else.
      redirect: 'manual',
      signal: AbortSignal.any([timeout, stopping]),
    });
  } catch (error) {
    if (timeout.aborted) throw new Error(`no reply within ${POST_TIMEOUT_MS / 1_000} s`, { cause: error });
    throw new Error(reason(error), { cause: error });
  }
  // The body of the reply is not needed, and reading it might never end.
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answered ${response.status} ${response.statusText}`.trimEnd());
}

function notificationId(body: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    // Other messages of the topic are also posted, without the header.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return Identified.safeParse(json).data?.id;
}

/** fetch says only "fetch failed"; the reason is in its cause. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}
