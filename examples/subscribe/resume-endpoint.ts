import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';

export interface EndpointOptions {
  /** The one topic that may subscribe this endpoint. */
  topicArn: string;
  /** As in the URL that is subscribed, `https://user:password@…`: a raw message has no signature. */
  user: string;
  password: string;
  /** Takes up one item. When it rejects, the message comes again. */
  resume: (message: string) => Promise<void>;
  /** Calls the URL that SNS wants to be called. */
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
      // SNS sends its credentials only once it was asked for them.
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

/** Anybody can make a topic, and SNS would have this endpoint confirm a subscription to that as well. */
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
