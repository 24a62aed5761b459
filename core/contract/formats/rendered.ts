import * as z from 'zod/mini';
import { type Address, withLinks } from '../commands.ts';
import { PublishedNotification } from '../digest.ts';
import { Notification } from '../notification.ts';
import { customNotification } from './custom-notification.ts';
import { pagerDutyEvents } from './pager-duty-event.ts';
import { slackMessage } from './slack-message.ts';

/** In which formats notifications go out, besides e-mail and terminal. */
export type Format =
  /** As the contract has it. */
  | { name: 'json' }
  /** For Amazon Q Developer in chat applications. */
  | { name: 'chat' }
  | { name: 'slack' }
  | { name: 'pagerduty'; routingKey: string };

/**
 * The messages to send for a published notification, given as its JSON text; one by one, in this order. Throws if it is
 * no notification; as JSON it is passed on all the same.
 */
export function rendered(json: string, format: Format, address?: Address): string[] {
  if (format.name === 'json') return [address ? linked(json, address) : json];
  const notification = z.parse(PublishedNotification, JSON.parse(json));
  switch (format.name) {
    case 'chat':
      return [JSON.stringify(customNotification(notification, address))];
    case 'slack':
      return [JSON.stringify(slackMessage(notification, address))];
    case 'pagerduty':
      return pagerDutyEvents(notification, format.routingKey, address).map((event) => JSON.stringify(event));
  }
}

function linked(json: string, address: Address): string {
  const { data } = z.safeParse(Linkable, parsed(json));
  return data ? JSON.stringify(withLinks(data, address)) : json;
}

const Linkable = z.looseObject(
  z.pick(Notification, { incident: true, workflow: true, kind: true, event: true, counts: true }).shape,
);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Others can publish on the topic, too.
    return undefined;
  }
}
