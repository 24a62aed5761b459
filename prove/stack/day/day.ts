import { type Client, createClient } from '../../../client/client.ts';
import { type Digest, PublishedNotification } from '../../../core/contract/digest.ts';
import { ItemEvent } from '../../../core/contract/item-event.ts';
import type { Notification } from '../../../core/contract/notification.ts';
import { RedriveMessage } from '../../../core/contract/redrive.ts';
import type { Cloud } from '../cloud.ts';
import type { Outputs } from '../deployment.ts';
import { Inbox } from './inbox.ts';

/** The context of every part of the day. */
export interface Day {
  cloud: Cloud;
  outputs: Outputs;
  /** The addresses of the token API and the IAM API. */
  tokenApi: string;
  iamApi: string;
  inboxes: Awaited<ReturnType<typeof subscribeAll>>;
}

/** A day with a token that may do everything. */
export interface OpenDay extends Day {
  client: Client<undefined>;
}

export function subscribeAll(cloud: Cloud, outputs: Outputs) {
  return Promise.all([
    Inbox.subscribe(cloud, 'people', outputs.NotificationTopicArn, (text) =>
      parsed(PublishedNotification, text),
    ),
    Inbox.subscribe(cloud, 'chat', outputs.ChatTopicArn, (text): unknown => JSON.parse(text)),
    Inbox.subscribe(cloud, 'machines', outputs.ItemEventTopicArn, (text) => parsed(ItemEvent, text)),
    Inbox.subscribe(cloud, 'upstream', outputs.RedriveTopicArn, (text) => parsed(RedriveMessage, text)),
    Inbox.subscribe(cloud, 'operators', outputs.AlarmTopicArn, (text): unknown => JSON.parse(text)),
  ]).then(([people, chat, machines, upstream, operators]) => ({
    people,
    chat,
    machines,
    upstream,
    operators,
  }));
}

function parsed<Message>(schema: { parse: (value: unknown) => Message }, text: string): Message {
  return schema.parse(JSON.parse(text));
}

/**
 * Where MiniStack serves an API by its path. The address in the outputs is a name under localhost, which not every
 * system resolves.
 */
export function addressOf(endpoint: string, url: string): string {
  const id = new URL(url).hostname.split('.')[0];
  return `${endpoint}/_aws/execute-api/${id}/$default`;
}

export function clientOf({ tokenApi }: Day, token: string): Client<undefined> {
  // The first request of a function starts a process, on a machine that does much else.
  return createClient({ url: tokenApi, token, tryTimeoutMs: 30_000, timeoutMs: 90_000 });
}

export function isOpened(message: PublishedNotification): message is Notification {
  return message.event === 'opened';
}

/** Tells the notification of this event about an incident of the workflow. */
export function isOf(event: Notification['event'], workflow: string) {
  return (message: PublishedNotification): message is Notification =>
    message.event === event && message.workflow === workflow;
}

export function isDigest(message: PublishedNotification): message is Digest {
  return message.event === 'digest';
}

/** Every entry of all pages. */
export async function all<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}
