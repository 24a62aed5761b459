import * as z from 'zod/mini';
import { type Address, incidentUrl, itemsUrl } from '../commands.ts';
import type { Digest, PublishedNotification } from '../digest.ts';
import { digestParts } from '../digest-text.ts';
import type { Notification } from '../notification.ts';
import { notificationParts } from '../notification-text.ts';

/**
 * A custom notification of Amazon Q Developer in chat applications: the only messages of our own that it shows
 * (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). Notifications of an incident are a thread.
 */
export const CustomNotification = z.strictObject({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.string(),
  content: z.strictObject({
    textType: z.literal('client-markdown'),
    title: z.string(),
    description: z.string(),
    nextSteps: z.array(z.string()),
    keywords: z.array(z.string()),
  }),
  metadata: z.strictObject({
    threadId: z.string(),
    summary: z.string(),
    eventType: z.string(),
    relatedResources: z.array(z.string()),
    additionalContext: z.record(z.string(), z.string()),
  }),
});
export type CustomNotification = z.infer<typeof CustomNotification>;

const signs = { alert: ':rotating_light:', warning: ':warning:', info: ':white_check_mark:' } as const;

export function customNotification(published: PublishedNotification, address?: Address): CustomNotification {
  return published.event === 'digest' ? ofDigest(published, address) : ofIncident(published, address);
}

const withoutContent = { version: '1.0', source: 'custom' } as const;

function contentOf(level: keyof typeof signs, title: string, body: string) {
  return {
    textType: 'client-markdown',
    title: `${signs[level]} ${plain(title)}`,
    description: plain(body),
  } as const;
}

function ofDigest(digest: Digest, address: Address | undefined): CustomNotification {
  const { id, event, level, subject, incidents } = digest;
  const { title, body, open } = digestParts(digest, address);
  return {
    ...withoutContent,
    id,
    content: {
      ...contentOf(level, title, body),
      nextSteps: [plain(open)],
      keywords: ['digest'],
    },
    metadata: {
      threadId: id,
      summary: subject,
      eventType: 'process-warden digest',
      relatedResources: [...new Set(incidents.map(({ workflow }) => workflow))],
      additionalContext: { event, level },
    },
  };
}

function ofIncident(notification: Notification, address: Address | undefined): CustomNotification {
  const { id, incident, workflow, kind, event, level, severity, owner, subject } = notification;
  const { title, body, whatToDo } = notificationParts(notification, address);
  const links = address ? [incidentUrl(notification, address), itemsUrl(notification, address)] : [];
  return {
    ...withoutContent,
    id,
    content: {
      ...contentOf(level, title, body),
      nextSteps: whatToDo.map(plain),
      keywords: [workflow, kind, ...(severity === undefined ? [] : [plain(severity)])],
    },
    metadata: {
      threadId: incident,
      summary: subject,
      eventType: `process-warden ${kind} ${event}`,
      relatedResources: [workflow, ...links.filter((link) => link !== undefined)],
      additionalContext: {
        workflow,
        incident,
        kind,
        event,
        level,
        ...(severity !== undefined && { severity: plain(severity) }),
        ...(owner !== undefined && { owner: plain(owner) }),
      },
    },
  };
}

/** Ids and reasons come from outside. In chats `<` begins a link or a mention of everybody. */
function plain(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›');
}
