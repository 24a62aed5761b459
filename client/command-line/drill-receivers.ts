import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import type { Context } from './context.ts';
import { UsageError } from './usage-error.ts';

/** Where the notification of a drill arrives. */
export interface Receiver {
  /** When a message arrived that names the workflow, in ms since 1970; undefined as long as none has. */
  look: () => Promise<number | undefined>;
  close: () => void;
}

/** Listens on a port of this machine, to which the service posts its notifications. Throws a UsageError. */
export async function listener(context: Context, portText: string, workflow: string): Promise<Receiver> {
  const port = Number(portText);
  if (!/^\d{1,5}$/.test(portText) || port > 65_535) {
    throw new UsageError(`--listen must be a port, 0 to 65535; received ${JSON.stringify(portText)}`);
  }
  let receivedAt: number | undefined;
  const server = createServer(async (request, response) => {
    // Every format names the workflow, alone or in a digest.
    if ((await text(request)).includes(workflow)) receivedAt ??= context.now();
    response.writeHead(204).end();
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new UsageError(`--listen ${port}: ${(cause as Error).message}`, 'Name a port that is free.', {
      cause,
    });
  }
  return { look: async () => receivedAt, close: () => void server.close() };
}

const Messages = z.object({
  Messages: z.optional(z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() }))),
});
/** How long messages that are not ours are hidden from others, in seconds. */
const hiddenSeconds = '2';

/**
 * Reads an SQS queue with the AWS CLI, which has the credentials of its user. Deletes only the message of the drill.
 */
export function queueReceiver(context: Context, queue: string, workflow: string): Receiver {
  const sqs = async (...args: string[]) => {
    try {
      return await promisify(execFile)('aws', ['sqs', ...args, '--queue-url', queue, '--output', 'json'], {
        env: context.env,
      });
    } catch (cause) {
      const { stderr = '', message } = cause as Error & { stderr?: string };
      throw new Error(`the AWS CLI cannot read the queue: ${stderr.trim() || message}`, { cause });
    }
  };
  return {
    look: async () => {
      const { stdout } = await sqs(
        'receive-message',
        ...[
          '--max-number-of-messages',
          '10',
          '--wait-time-seconds',
          '1',
          '--visibility-timeout',
          hiddenSeconds,
        ],
      );
      const { Messages: messages = [] } = Messages.parse(JSON.parse(stdout.trim() || '{}'));
      const ours = messages.find(({ Body }) => Body.includes(workflow));
      if (ours === undefined) return undefined;
      const at = context.now();
      await sqs('delete-message', '--receipt-handle', ours.ReceiptHandle);
      return at;
    },
    close: () => {},
  };
}
