import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Clock } from '../../clock.ts';
import { type Address, addressOf } from '../../contract/commands.ts';
import { pagerDutyEndpoint } from '../../contract/formats/pager-duty-event.ts';
import { type Format, rendered } from '../../contract/formats/rendered.ts';
import { ReceiverEnvironment } from '../../names/environment.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import { postJson } from './post-json.ts';

/** How long a secret is used before it is read again, in milliseconds: it can be rotated. */
const secretKnownMs = 300_000;

/** A receiver of notifications: its format, and how a message in this format is sent. */
interface Channel {
  format(): Promise<Format>;
  send(message: string): Promise<void>;
}

/** A receiver of notifications: a topic for chats, Slack, or PagerDuty. */
export class Receiver {
  static readonly environment = ReceiverEnvironment;
  readonly #channel: Channel;
  readonly #address: Address | undefined;

  constructor(channel: Channel, address: Address | undefined) {
    this.#channel = channel;
    this.#address = address;
  }

  static connect(environment: ReceiverEnvironment, { clock }: Running, clients: Clients): Receiver {
    const { RECEIVER_SECRET_ARN, CHAT_TOPIC_ARN, CONSOLE_URL } = environment;
    const secret = () => readSecret(clients.of(SecretsManagerClient), RECEIVER_SECRET_ARN);
    const publish = (Message: string) =>
      clients.of(SNSClient).send(new PublishCommand({ TopicArn: CHAT_TOPIC_ARN, Message }));
    return new Receiver(
      channelOf(environment, rememberFor(secretKnownMs, clock, secret), publish),
      addressOf(CONSOLE_URL),
    );
  }

  /** Sends a published notification, given as its JSON text. Throws unless the receiver accepted all of it. */
  async forward(json: string): Promise<void> {
    for (const message of rendered(json, await this.#channel.format(), this.#address)) {
      await this.#channel.send(message);
    }
  }
}

/**
 * @param secret reads the secret of the receiver
 * @param publish publishes to the topic for chats
 */
export function channelOf(
  { RECEIVER, RECEIVER_URL = pagerDutyEndpoint }: ReceiverEnvironment,
  secret: () => Promise<string>,
  publish: (message: string) => Promise<unknown>,
): Channel {
  switch (RECEIVER) {
    case 'chat':
      return {
        format: async () => ({ name: 'chat' }),
        send: async (message) => void (await publish(message)),
      };
    case 'slack':
      return {
        format: async () => ({ name: 'slack' }),
        send: async (message) => postJson(await secret(), message),
      };
    case 'pagerduty':
      return {
        format: async () => ({ name: 'pagerduty', routingKey: await secret() }),
        send: (message) => postJson(RECEIVER_URL, message),
      };
  }
}

async function readSecret(client: SecretsManagerClient, SecretId: string | undefined): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
  if (!SecretString) throw new Error('the secret of the receiver has no text');
  return SecretString.trim();
}

function rememberFor(ms: number, clock: Clock, read: () => Promise<string>): () => Promise<string> {
  let known: { value: string; until: number } | undefined;
  return async () => {
    if (known === undefined || clock.now() >= known.until) {
      known = { value: await read(), until: clock.now() + ms };
    }
    return known.value;
  };
}
