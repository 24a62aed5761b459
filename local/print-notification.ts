import { styleText } from 'node:util';
import { Notification } from '../core/contract/notification.ts';
import { notificationText } from '../core/rules/notification.ts';

/** A notification for a terminal: the text of the e-mail, its first line marked so that it is seen. */
export function terminalText(json: string, colour: boolean): string {
  const notification = Notification.parse(JSON.parse(json));
  const [first = '', ...rest] = notificationText(notification).split('\n');
  const mark = `ALERT  ${first}`;
  const style = colour
    ? (text: string) => styleText(['bold', 'red'], text, { validateStream: false })
    : String;
  return `\n${[style(mark), ...rest].join('\n')}\n\n`;
}
