import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  QueueDoesNotExist,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { account } from './names.ts';

export interface Queue {
  /** Names a host of its own in fauxqs: the client needs an explicit endpoint. */
  url: string;
  arn: string;
}

/**
 * Creates a queue, or sets the attributes of an existing one. Never use fauxqs's own `createQueue`: on a data
 * directory it empties the queue.
 */
export async function ensureQueue(
  client: SQSClient,
  name: string,
  attributes: Partial<Record<QueueAttributeName, string>> = {},
): Promise<Queue> {
  const existing = await existingUrl(client, name);
  // CreateQueue refuses an existing queue with other attributes.
  if (existing && Object.keys(attributes).length > 0) {
    await client.send(new SetQueueAttributesCommand({ QueueUrl: existing, Attributes: attributes }));
  }
  const url = existing ?? (await createQueue(client, name, attributes));
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  const arn = Attributes?.QueueArn;
  if (!arn) throw new Error(`the queue ${name} has no ARN`);
  return { url, arn };
}

async function existingUrl(client: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

async function createQueue(
  client: SQSClient,
  name: string,
  attributes: Partial<Record<QueueAttributeName, string>>,
): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  if (!QueueUrl) throw new Error(`the queue ${name} has no URL`);
  return QueueUrl;
}

/**
 * Puts JSON on a queue, by the queue's ARN. fauxqs refuses characters beyond U+FFFF, such as emoji in an item's id,
 * which SQS accepts; in JSON they can be escaped.
 */
export async function sendToQueue(sqs: SQSClient, queueArn: string, body: string): Promise<void> {
  const escaped = body.replace(/[\ud800-\udfff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
  const queueName = queueArn.slice(queueArn.lastIndexOf(':') + 1);
  const QueueUrl = `http://localhost/${account}/${queueName}`;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: escaped }));
}
