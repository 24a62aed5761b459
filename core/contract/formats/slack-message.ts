import * as z from 'zod/mini';
import type { Address } from '../commands.ts';
import type { PublishedNotification } from '../digest.ts';
import { digestParts } from '../digest-text.ts';
import { notificationParts } from '../notification-text.ts';

/** Slack refuses a message with a longer section, or a longer header. */
const mostSectionCharacters = 3_000;
const mostHeaderCharacters = 150;

/** What an incoming webhook of Slack takes (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */
export const SlackMessage = z.strictObject({
  text: z.string(),
  blocks: z
    .array(
      z.union([
        z.strictObject({
          type: z.literal('header'),
          text: z.strictObject({
            type: z.literal('plain_text'),
            text: z.string().check(z.minLength(1), z.maxLength(mostHeaderCharacters)),
          }),
        }),
        z.strictObject({
          type: z.literal('section'),
          text: z.strictObject({
            type: z.literal('mrkdwn'),
            text: z.string().check(z.minLength(1), z.maxLength(mostSectionCharacters)),
          }),
        }),
      ]),
    )
    .check(z.maxLength(50)),
});
export type SlackMessage = z.infer<typeof SlackMessage>;

const signs = { alert: '🚨', warning: '⚠️', info: '✅' } as const;

/** A notification for Slack. An incoming webhook cannot write in a thread: the incident's id is in each message. */
export function slackMessage(published: PublishedNotification, address?: Address): SlackMessage {
  const { level, subject } = published;
  const sections = sectionsOf(published, address);
  return {
    text: escaped(subject),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: `${signs[level]} ${subject}` } },
      ...sections
        .filter((text) => text !== '')
        .map((text) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } })),
    ],
  };
}

function sectionsOf(published: PublishedNotification, address: Address | undefined): string[] {
  if (published.event === 'digest') {
    const { title, body, open } = digestParts(published, address);
    return [escaped(title), escaped(body), ...codeOf([open])];
  }
  const { title, body, whatToDo, incident } = notificationParts(published, address);
  return [escaped(title), escaped(body), escaped(incident), ...codeOf(whatToDo)];
}

/** Commands to copy, each in its own block, so that a long one costs only itself. */
function codeOf(lines: readonly string[]): string[] {
  return lines.map((line) => {
    const colon = line.indexOf(': ');
    const isCommand = colon !== -1 && !line.startsWith(' ');
    const text = isCommand
      ? `${line.slice(0, colon)}:\n\`\`\`${escaped(line.slice(colon + 2), mostSectionCharacters - colon - 20)}\`\`\``
      : escaped(line);
    return text;
  });
}

/** As Slack wants text that is no markup (https://docs.slack.dev/messaging/formatting-message-text), cut to its limit. */
function escaped(text: string, most = mostSectionCharacters): string {
  let result = '';
  for (const character of text) {
    const one = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }[character] ?? character;
    if (result.length + one.length > most - 1) return `${result}…`;
    result += one;
  }
  return result;
}
