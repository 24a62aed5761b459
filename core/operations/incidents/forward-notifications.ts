import type { ForwardingPorts } from '../../ports.ts';

interface Waiting {
  messageId: string;
  /** A published notification, as JSON text. */
  json: string;
}

/**
 * Forwards published notifications to one receiver, one after the other. Returns the error of each notification that
 * the receiver did not accept, by the id of its message: that message is sent again.
 */
export async function forwardNotifications(
  { receiver }: ForwardingPorts,
  messages: readonly Waiting[],
): Promise<Map<string, Error>> {
  const failed = new Map<string, Error>();
  for (const { messageId, json } of messages) {
    await receiver.forward(json).catch((error: Error) => failed.set(messageId, error));
  }
  return failed;
}
