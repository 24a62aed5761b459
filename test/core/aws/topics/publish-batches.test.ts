import type { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, test } from 'vitest';
import { isPublishable, publishBatches } from '../../../../core/aws/topics/publish-batches.ts';

const kib = 1024;
const message = (text: string) => ({ text, attributes: { workflow: 'w', event: 'overdue' } });

/** A client that records the messages that it sends, with the given reply. */
function clientThat(answer: (ids: string[]) => object | Promise<object> = () => ({})) {
  const sent: PublishBatchCommand['input'][] = [];
  const send = async ({ input }: PublishBatchCommand) => {
    sent.push(input);
    return answer((input.PublishBatchRequestEntries ?? []).map(({ Id = '' }) => Id));
  };
  return { client: { send } as unknown as SNSClient, sent };
}

const publish = (client: SNSClient, texts: string[]) =>
  publishBatches(client, 'arn:topic', texts.map(message));

describe('messages', () => {
  test('are sent ten in a call, with their attributes', async () => {
    const { client, sent } = clientThat();
    const texts = Array.from({ length: 25 }, (_, index) => `text ${index}`);
    expect(await publish(client, texts)).toEqual(new Map());
    expect(sent.map((call) => call.PublishBatchRequestEntries?.length)).toEqual([10, 10, 5]);
    const entries = sent.flatMap((call) => call.PublishBatchRequestEntries ?? []);
    expect(entries.map(({ Message }) => Message)).toEqual(texts);
    expect(entries[0]?.MessageAttributes).toEqual({
      workflow: { DataType: 'String', StringValue: 'w' },
      event: { DataType: 'String', StringValue: 'overdue' },
    });
  });

  test('of one call are at most 256 KiB with their attributes, in bytes', async () => {
    const { client, sent } = clientThat();
    const half = 'é'.repeat(64 * kib - 64);
    await publish(client, [half, half, half, `${half}x`, half]);
    expect(sent.map((call) => call.PublishBatchRequestEntries?.length)).toEqual([2, 1, 1, 1]);
  });

  test('that fit no call are refused before the call', () => {
    expect(isPublishable('x'.repeat(256 * kib - 128))).toBe(true);
    expect(isPublishable('x'.repeat(256 * kib - 127))).toBe(false);
    expect(isPublishable('é'.repeat(128 * kib))).toBe(false);
  });
});

describe('a rejected message', () => {
  test("of an accepted call is named by its index, with SNS's error code", async () => {
    const { client } = clientThat((ids) => ({
      Failed: ids.filter((id) => id === '3' || id === '11').map((Id) => ({ Id, Code: 'InternalError' })),
    }));
    const refused = await publish(client, Array(12).fill('text'));
    const refusal = { error: expect.objectContaining({ name: 'InternalError' }), isOfItem: true };
    expect(refused).toEqual(
      new Map([
        [3, refusal],
        [11, refusal],
      ]),
    );
  });

  test('of a failed call is every message of that call, and no message of another', async () => {
    const error = Object.assign(new Error(), { name: 'Throttled' });
    const { client } = clientThat((ids) => (ids.includes('0') ? Promise.reject(error) : {}));
    const refused = await publish(client, Array(12).fill('text'));
    expect([...refused.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(refused.get(0)).toEqual({ error, isOfItem: false });
  });
});
