import { createHmac } from 'node:crypto';

/** The form of a secret in Standard Webhooks, and how many bytes it may have. */
const form = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const [leastBytes, mostBytes] = [24, 64];

/** The key in a secret such as `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`; undefined for anything else. */
export function webhookKey(secret: string): Buffer | undefined {
  const key = Buffer.from(form.exec(secret)?.[1] ?? '', 'base64');
  return key.length >= leastBytes && key.length <= mostBytes ? key : undefined;
}

/**
 * The headers of a signed post by Standard Webhooks (https://www.standardwebhooks.com): the signature covers the id,
 * the time of this post and the body, so that a receiver knows who sent it and can refuse old ones.
 *
 * @param now milliseconds since the epoch
 */
export function signatureHeaders(key: Buffer, id: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
