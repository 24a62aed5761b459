import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';

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

/** SNS sends no larger message, in bytes. */
const mostBytes = 256 * 1024;

/** What an HTTPS endpoint does that is subscribed to the redrive topic with raw delivery. */
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
      const body = await bodyText(request);
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
    throw new Error('refused to confirm a subscription: it is of another topic, or its URL is not of SNS');
  return url;
}

async function bodyText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('refused a message that is larger than those of SNS');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function visit(url: URL): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`SNS answered ${response.status} to the confirmation`);
}

function isSame(given: string, expected: string): boolean {
  const hash = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
