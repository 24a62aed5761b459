import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSMessageAttribute, SQSRecord } from 'aws-lambda';

/** The record that Lambda makes of a message. The message must have been received with all its attributes. */
export function toRecord(message: Message, queueArn: string): SQSRecord {
  const attributes = message.Attributes ?? {};
  return {
    messageId: present(message.MessageId, 'MessageId'),
    receiptHandle: present(message.ReceiptHandle, 'ReceiptHandle'),
    body: message.Body ?? '',
    attributes: {
      ...attributes,
      ApproximateReceiveCount: present(attributes.ApproximateReceiveCount, 'ApproximateReceiveCount'),
      SentTimestamp: present(attributes.SentTimestamp, 'SentTimestamp'),
      SenderId: present(attributes.SenderId, 'SenderId'),
      ApproximateFirstReceiveTimestamp: present(
        attributes.ApproximateFirstReceiveTimestamp,
        'ApproximateFirstReceiveTimestamp',
      ),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, toAttribute(value)]),
    ),
    md5OfBody: present(message.MD5OfBody, 'MD5OfBody'),
    ...(message.MD5OfMessageAttributes ? { md5OfMessageAttributes: message.MD5OfMessageAttributes } : {}),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  };
}

function toAttribute(value: MessageAttributeValue): SQSMessageAttribute {
  return {
    ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
    ...(value.BinaryValue === undefined
      ? {}
      : { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: present(value.DataType, 'DataType'),
  };
}

function present(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`SQS sent a message without ${name}`);
  return value;
}
