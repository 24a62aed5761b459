import * as examples from './examples.ts';
import { redriveMessages } from './redrive-examples.ts';
import { type Json, type ReplyName, reference } from './schemas.ts';

/** What is sent to those who have subscribed, by the name of the webhook. */
const webhookTexts: Record<
  string,
  { summary: string; description: string; schema: ReplyName; examples: object }
> = {
  notification: {
    summary: 'What people and their tools are told of an incident',
    description:
      'Published to the notification topic, with the message attributes `workflow`, `event`, `level`, `kind` and `severity`; a service on a laptop posts it to `--webhook`. It never carries data.',
    schema: 'Notification',
    examples: examples.notifications,
  },
  'item-event': {
    summary: 'What machines are told of one item',
    description:
      'Published to the item-event topic, with the message attributes `workflow` and `event`. It never carries data.',
    schema: 'ItemEvent',
    examples: examples.itemEvents,
  },
  redrive: {
    summary: 'An item that is to be resumed, with its data',
    description:
      'Published to the redrive topic, with the message attribute `workflow`; a service on a laptop posts it to `--redrive-webhook`. It can come more than once, always with the same `id`.',
    schema: 'RedriveMessage',
    examples: redriveMessages,
  },
};

export function webhooks(): Json {
  const described = Object.entries(webhookTexts).map(([name, { summary, description, schema, examples }]) => {
    const content = { 'application/json': { schema: reference('schemas', schema), examples } };
    const responses = { '2XX': { description: 'It was taken, and is not sent again.' } };
    return [name, { post: { summary, description, requestBody: { required: true, content }, responses } }];
  });
  return Object.fromEntries(described);
}
