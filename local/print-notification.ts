import { styleText } from 'node:util';
import type { Address } from '../core/contract/commands.ts';
import { PublishedNotification } from '../core/contract/digest.ts';
import { digestText } from '../core/contract/digest-text.ts';
import { notificationText } from '../core/contract/notification-text.ts';

const marks = { alert: 'ALERT', warning: 'WARNING', info: 'RESOLVED' } as const;
const colours = { alert: 'red', warning: 'yellow', info: 'green' } as const;

/** A notification for a terminal: the text of the e-mail with a mark on the first line. */
export function terminalText(json: string, colour: boolean, address?: Address): string {
  const notification = PublishedNotification.parse(JSON.parse(json));
  const text =
    notification.event === 'digest'
      ? digestText(notification, address)
      : notificationText(notification, address);
  const [first = '', ...rest] = text.split('\n');
  const mark = `${marks[notification.level]}  ${first}`;
  const style = colour
    ? (text: string) => styleText(['bold', colours[notification.level]], text, { validateStream: false })
    : String;
  return `\n${[style(mark), ...rest].join('\n')}\n\n`;
}
