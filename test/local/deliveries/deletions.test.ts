import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { Deletions } from '../../../local/deliveries/deletions.ts';
import { counts, sendAll, startMessaging } from './messaging.ts';

async function received(messages: number) {
  const { sqs } = await startMessaging();
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'deletions' }));
  await sendAll(
    sqs,
    QueueUrl,
    Array.from({ length: messages }, (_, index) => `${index}`),
  );
  const handles: string[] = [];
  while (handles.length < messages) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    handles.push(...Messages.map(({ ReceiptHandle = '' }) => ReceiptHandle));
  }
  const calls: number[] = [];
  sqs.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { Entries = [] } = args.input as { Entries?: unknown[] };
        if (commandName === 'DeleteMessageBatchCommand') calls.push(Entries.length);
        return next(args);
      },
    { step: 'initialize' },
  );
  return { sqs, QueueUrl, handles, calls };
}

test('messages that are deleted in the same moment share a call, ten at most', async () => {
  const { sqs, QueueUrl, handles, calls } = await received(12);
  const deletions = new Deletions(sqs, QueueUrl);
  await Promise.all(handles.map((handle) => deletions.delete(handle)));
  expect(calls).toEqual([10, 2]);
  expect(await counts(sqs, QueueUrl)).toEqual({ visible: 0, inFlight: 0 });
});

test('a deletion that fails rejects, and the next one is tried nevertheless', async () => {
  const { sqs, QueueUrl, handles } = await received(2);
  const [first = '', second = ''] = handles;
  const deletions = new Deletions(sqs, QueueUrl);
  sqs.middlewareStack.add(() => async () => Promise.reject(new Error('SQS is down')), {
    step: 'initialize',
    name: 'down',
  });
  await expect(deletions.delete(first)).rejects.toThrow('not deleted');
  sqs.middlewareStack.remove('down');
  await deletions.delete(second);
  expect(await counts(sqs, QueueUrl)).toEqual({ visible: 0, inFlight: 1 });
});
