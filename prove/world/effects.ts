import type { CreateScheduleCommandInput, DeleteScheduleCommandInput } from '@aws-sdk/client-scheduler';
import type {
  PublishBatchCommandInput,
  PublishBatchCommandOutput,
  PublishCommandInput,
} from '@aws-sdk/client-sns';
import { PublishedNotification } from '../../core/contract/digest.ts';
import { ItemEvent } from '../../core/contract/item-event.ts';
import { RedriveMessage } from '../../core/contract/redrive.ts';
import type { ConnectedService } from '../../local/connect-service.ts';
import { deliveredMessage } from '../../local/deliveries/message-structure.ts';
import type { Ledger, Published } from '../ledger.ts';
import type { OnEffect } from './instance.ts';
import type { Timers } from './timers.ts';
import type { VirtualTime } from './virtual-time.ts';

type Publish = (topic: string | undefined, messages: readonly (string | undefined)[]) => void;
type Topics = Pick<ConnectedService, 'topicArn' | 'itemEventTopicArn'>;

/** The effects of calls on the world: timers are armed, and messages are published to SNS. */
export function effectsOn(
  { ledger, timers, time }: { ledger: Ledger; timers: Timers; time: VirtualTime },
  topics: Topics,
): OnEffect {
  const effects: Record<string, (input: never, publish: Publish, reply: never) => void> = {
    CreateScheduleCommand: (input: CreateScheduleCommandInput) => timers.armed(input),
    DeleteScheduleCommand: (input: DeleteScheduleCommandInput) => timers.disarmed(input),
    PublishCommand: ({ TopicArn, Message }: PublishCommandInput, publish) => publish(TopicArn, [Message]),
    PublishBatchCommand: (
      { TopicArn, PublishBatchRequestEntries: entries = [] }: PublishBatchCommandInput,
      publish,
      { Failed = [] }: PublishBatchCommandOutput,
    ) => {
      const refused = new Set(Failed.map(({ Id }) => Id));
      publish(
        TopicArn,
        entries.flatMap(({ Id, Message }) => (refused.has(Id) ? [] : [Message])),
      );
      for (const _ of refused) ledger.count('message refused');
    },
  };
  return ({ command, input, reply, since }) => {
    const times = { at: time.now(), since };
    effects[command]?.(
      input as never,
      (topic, messages) => {
        ledger.published.push(...messages.map((text) => publishedIn(times, topics, topic, text ?? '')));
      },
      reply as never,
    );
  };
}

function publishedIn(
  times: Pick<Published, 'at' | 'since'>,
  { topicArn, itemEventTopicArn }: Topics,
  topic: string | undefined,
  text: string,
): Published {
  if (topic === itemEventTopicArn)
    return { ...times, topic: 'machines', message: ItemEvent.parse(JSON.parse(text)) };
  if (topic !== topicArn)
    return { ...times, topic: 'upstream', message: RedriveMessage.parse(JSON.parse(text)) };
  return {
    ...times,
    topic: 'people',
    message: PublishedNotification.parse(JSON.parse(deliveredMessage(text))),
  };
}
