import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';

export interface EndpointOptions {
  /** The only topic that may subscribe this endpoint. */
  topicArn: string;
  /** The user of the subscribed URL, `https://user:password@…`. A raw message has no signature. */
  user: string;
  password: string;
  /** Resumes one item. If it rejects, SNS sends the message again. */
  resume: (message: string) => Promise<void>;
  /** Calls the URL by which SNS confirms the subscription. */
  confirm?: (url: URL) => Promise<void>;
}

/** An HTTPS endpoint for a subscription to the redrive topic with raw delivery. */
export function resumeEndpoint(options: EndpointOptions): RequestListener {
  const { topicArn, user, password, resume, confirm = visit } = options;
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return async (request, response) => {
    if (!isSame(request.headers.authorization ?? '', expected)) {
      // SNS sends its credentials only after the endpoint has asked for them.
      response.writeHead(401, { 'www-authenticate': 'Basic realm="resume"' }).end();
      return;
    }
    try {
      const body = await text(request);
      const type = request.headers['x-amz-sns-message-type'];
      if (type === 'SubscriptionConfirmation') await confirm(confirmationUrl(body, topicArn));
      else if (type !== 'UnsubscribeConfirmation') await resume(body);
      response.writeHead(204).end();
    } catch (error) {
      process.stderr.write(`${error}\n`);
      // SNS gives up at once on a 4xx other than 429.
      response.writeHead(500).end();
    }
  };
}

/** Anybody can create a topic and make SNS ask this endpoint to confirm a subscription to it. */
function confirmationUrl(body: string, topicArn: string): URL {
  const { TopicArn, SubscribeURL } = JSON.parse(body);
  const url = new URL(SubscribeURL);
  const isOfSns = url.protocol === 'https:' && /^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(url.hostname);
  if (TopicArn !== topicArn || !isOfSns)
    throw new Error(`refused to subscribe to ${TopicArn} at ${url.origin}`);
  return url;
}

async function visit(url: URL): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`SNS answered ${response.status} to the confirmation`);
}

function isSame(given: string, expected: string): boolean {
  const hash = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
