import { createHash, randomUUID } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { jsonOrUndefined } from '../core/json-text.ts';
import { bodyText } from '../core/lambda/body-text.ts';
import { HttpEvent } from '../core/lambda/http-request.ts';
import { account, ingestQueue } from './names.ts';
import { type Queue, sendToQueue } from './queues.ts';

/** SQS accepts messages of 1 MiB (docs: SQS quotas), and the request has little besides. */
const mostBodyBytes = 2 * 1024 * 1024;

const SendMessage = z.object({
  QueueUrl: z.string().check(
    z.refine((url) => URL.parse(url)?.pathname === `/${account}/${ingestQueue}`, {
      error: `must be the URL of this service with the path /${account}/${ingestQueue}`,
    }),
  ),
  MessageBody: z.string().check(z.minLength(1)),
});

/** The target of a request in the AWS JSON protocol. */
const target = 'AmazonSQS.SendMessage';

/**
 * The ingest queue for SDK clients and the AWS command line: they can send one message at a time, as to Amazon SQS,
 * with the URL of the service as their endpoint. Signatures are not checked.
 */
export function ingestDoor(sqs: SQSClient, queue: Queue) {
  return async (raw: unknown): Promise<APIGatewayProxyStructuredResultV2> => {
    const event = z.parse(HttpEvent, raw);
    if (event.headers['x-amz-target'] !== target) {
      return refusal(
        'UnsupportedOperation',
        `X-Amz-Target must be ${target}; nothing else can be asked of the queue`,
      );
    }
    const sent = z.safeParse(SendMessage, jsonOrUndefined(bodyText(event, mostBodyBytes)));
    if (!sent.success) return refusal('InvalidParameterValue', z.prettifyError(sent.error));
    const { MessageBody } = sent.data;
    await sendToQueue(sqs, queue.arn, MessageBody);
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    return reply(200, { MessageId: randomUUID(), MD5OfMessageBody });
  };
}

function refusal(type: string, message: string): APIGatewayProxyStructuredResultV2 {
  return reply(400, { __type: `com.amazonaws.sqs#${type}`, message });
}

function reply(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(body),
  };
}
