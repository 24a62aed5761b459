import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Clock } from '../../core/clock.ts';
import { DeliveryError, faultText } from './delivery-error.ts';
import { DeliveryLoop } from './delivery-loop.ts';
import { signatureHeaders } from './webhook-secret.ts';
import type { WebhookTarget } from './webhook-url.ts';

export interface WebhookOptions {
  client: SQSClient;
  /** The queue of the webhook. */
  queueUrl: string;
  /** The name of a posted message in lines for people, for example `notification`. */
  what: string;
  target: WebhookTarget;
  /** Signs every post, if it is given. */
  key?: Buffer | undefined;
  /** Returns the bodies to post for a message, one by one in this order; by default the message itself. */
  messagesOf?: (body: string) => string[];
  /** The version of Process Warden, for the user agent. */
  version: string;
  /** Messages with the same line arrive in order. */
  lineOf?: (body: string) => string | undefined;
  /**
   * Called right before a post. Returns what is done when all posts of the message were accepted; if that fails, the message
   * is posted again. Undefined if the message is not to be posted any more. Rejects if that cannot be found out now.
   */
  begin?: (body: string) => Promise<(() => Promise<void>) | undefined>;
  clock: Clock;
  /** One line for people when deliveries begin to fail, and then every ten minutes. */
  onError: (message: string) => void;
}

/** How long one POST may take, in milliseconds. */
const postTimeoutMs = 10_000;
const parallelPosts = 10;

/** Only characters that a header can carry. */
const Identified = z.object({ id: z.string().check(z.regex(/^[\x21-\x7e]{1,256}$/)) });

/** Posts the messages of one queue to one URL and repeats each until it is answered 2xx, for up to 14 days. */
export function webhookDelivery(options: WebhookOptions): DeliveryLoop {
  const { begin = async () => async () => {}, messagesOf = (body: string) => [body], lineOf } = options;
  return new DeliveryLoop({
    client: options.client,
    what: options.what,
    queueUrl: options.queueUrl,
    // Paths and queries of webhooks are secrets: anybody who knows them can post.
    target: options.target.url.origin,
    deliver: async (body, signal, messageId) => {
      const accepted = await begin(body);
      if (accepted === undefined) return;
      const id = notificationId(body);
      for (const [index, message] of messagesOf(body).entries()) {
        const signedId = `${id ?? messageId}${index === 0 ? '' : `.${index}`}`;
        await post(options, { id, signedId, body: message }, signal);
      }
      await accepted();
    },
    ...(lineOf && { lineOf }),
    parallel: parallelPosts,
    clock: options.clock,
    onError: options.onError,
  });
}

export interface Post {
  id: string | undefined;
  /** The id of this post, the same when the post is repeated. */
  signedId: string;
  body: string;
}

/** Posts once. Throws a DeliveryError unless it was answered 2xx. */
export async function post(
  {
    target: { url, authorization },
    key,
    version,
    clock,
  }: Pick<WebhookOptions, 'target' | 'key' | 'version' | 'clock'>,
  { id, signedId, body }: Post,
  stopping: AbortSignal,
): Promise<void> {
  // Not AbortSignal.timeout, which makes an error for each post ten seconds later, whether it was needed or not.
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), postTimeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': `process-warden/${version}`,
        ...(authorization !== undefined && { authorization }),
        ...(id !== undefined && { 'process-warden-notification': id }),
        ...(key && signatureHeaders(key, signedId, body, clock.now())),
      },
      body,
      // The configured URL decides who may read notifications; a redirect would choose somebody else.
      redirect: 'manual',
      signal: AbortSignal.any([timeout.signal, stopping]),
    });
  } catch (error) {
    if (timeout.signal.aborted) throw new DeliveryError(`no reply within ${postTimeoutMs / 1_000} s`);
    throw new DeliveryError(reason(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
  // The body of the reply is not needed, and reading it might never end.
  await response.body?.cancel();
  // Nor is the text of the status, which may be anything, such as commands for a terminal.
  if (!response.ok) throw new DeliveryError(`it answered ${response.status}`);
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
  return faultText(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}
