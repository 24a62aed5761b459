import type { CreateScheduleCommandInput, DeleteScheduleCommandInput } from '@aws-sdk/client-scheduler';
import type { PublishBatchCommandInput, PublishCommandInput } from '@aws-sdk/client-sns';
import { PublishedNotification } from '../../core/contract/digest.ts';
import { ItemEvent } from '../../core/contract/item-event.ts';
import { RedriveMessage } from '../../core/contract/redrive.ts';
import type { ConnectedService } from '../../local/connect-service.ts';
import { deliveredMessage } from '../../local/deliveries/message-structure.ts';
import type { Ledger, Published } from '../ledger.ts';
import type { Timers } from './timers.ts';
import type { VirtualTime } from './virtual-time.ts';

type Topics = Pick<ConnectedService, 'topicArn' | 'itemEventTopicArn'>;

/** What calls that took effect mean for the world: timers are armed, and messages are with SNS. */
export function effectsOn(
  { ledger, timers, time }: { ledger: Ledger; timers: Timers; time: VirtualTime },
  topics: Topics,
): (command: string, input: unknown) => void {
  const publish = (topic: string | undefined, messages: readonly (string | undefined)[]) => {
    ledger.published.push(...messages.map((text) => publishedIn(time.now(), topics, topic, text ?? '')));
  };
  const effects: Record<string, (input: never) => void> = {
    CreateScheduleCommand: (input: CreateScheduleCommandInput) => timers.armed(input),
    DeleteScheduleCommand: (input: DeleteScheduleCommandInput) => timers.disarmed(input),
    PublishCommand: ({ TopicArn, Message }: PublishCommandInput) => publish(TopicArn, [Message]),
    PublishBatchCommand: ({ TopicArn, PublishBatchRequestEntries: entries = [] }: PublishBatchCommandInput) =>
      publish(
        TopicArn,
        entries.map(({ Message }) => Message),
      ),
  };
  return (command, input) => effects[command]?.(input as never);
}

function publishedIn(
  at: number,
  { topicArn, itemEventTopicArn }: Topics,
  topic: string | undefined,
  text: string,
): Published {
  if (topic === itemEventTopicArn)
    return { at, topic: 'machines', message: ItemEvent.parse(JSON.parse(text)) };
  if (topic !== topicArn) return { at, topic: 'upstream', message: RedriveMessage.parse(JSON.parse(text)) };
  return { at, topic: 'people', message: PublishedNotification.parse(JSON.parse(deliveredMessage(text))) };
}
