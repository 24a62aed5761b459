import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ListSubscriptionsByTopicCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import type { Clock } from '../core/clock.ts';
import type { Address } from '../core/contract/commands.ts';
import { type Format, rendered } from '../core/contract/formats/rendered.ts';
import { errorFields, type Log } from '../core/log.ts';
import packageJson from '../package.json' with { type: 'json' };
import { loadBuiltFunctions } from './built-functions.ts';
import { watchDeadLetters } from './dead-letter-watch.ts';
import { ensureSubscription } from './deliveries/delivery-queue.ts';
import { noteTaken } from './deliveries/taken-redrive.ts';
import { terminalDelivery } from './deliveries/terminal.ts';
import { webhookDelivery } from './deliveries/webhook.ts';
import { type EmbeddedAws, startEmbeddedAws } from './embedded-aws.ts';
import { pause } from './event-source/polling-loop.ts';
import { EventSource } from './event-source.ts';
import { ensureAdminToken } from './first-token.ts';
import { forgetReceipts } from './forget-receipts.ts';
import { createFunctions } from './functions.ts';
import { startHttpBridge } from './http-bridge.ts';
import { intervalLoop } from './interval-loop.ts';
import * as names from './names.ts';
import { releaseRedrives } from './release-redrives.ts';
import { repairIndex } from './repair-index.ts';
import { UncleanStop } from './unclean-stop.ts';

export interface ServiceOptions {
  data: string;
  host: string;
  port: number;
  /** Requires a token from callers. */
  auth?: boolean;
  /** Runs the bundles of `npm run build` instead of the sources. */
  built?: boolean;
  /** A URL that receives every notification. */
  webhook?: string | undefined;
  /** The format of what the webhook receives; JSON by default. */
  format?: Format;
  /** A URL that receives every redrive message. */
  redriveWebhook?: string | undefined;
  jitterMs?: number | undefined;
  sweepEveryMs: number;
  /** The most workflows that registrations may create. */
  workflowLimit?: number | undefined;
  clock: Clock;
  log: Log;
  /** Called with every notification, as JSON text, and where people reach the service. */
  print: (notification: string, address: Address | undefined) => void;
  /** Called with each line that people should know about the service itself. */
  tell: (line: string) => void;
  /** Called with the first token, if `auth` had to create one: it is known nowhere else. */
  showToken?: (token: string) => void;
}

export interface Service {
  url: string;
  aws: EmbeddedAws;
  stop(): Promise<void>;
}

/** As in Lambda: an invocation that waits for the rest of its batch must not hold up the others. */
const parallelBatches = 3;
/** Messages per invocation, and how long to wait for them: as deployed, but with a shorter window. */
const batch = { batchSize: 100, windowMs: 250 };

/** Addresses to listen on that are no address of the machine. */
const wildcards = ['0.0.0.0', '::'];

/** Milliseconds from one run of run-redrives to the next. */
const redrivesEveryMs = 1_000;
/** Milliseconds from one deletion of expired receipts to the next. */
const receiptsEveryMs = 3_600_000;

/** The whole service: embedded AWS, functions, queue poller, sweeps, HTTP, and deliveries of notifications. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { data, host, port, auth = false, clock, log, tell } = options;
  makeFolder(resolve(data));
  const aws = await startEmbeddedAws(options);
  const onError = (error: unknown) => log.error('local service failed', errorFields(error));
  try {
    const uncleanStop = UncleanStop.mark(data);
    if (uncleanStop.happened) {
      const repaired = await repairIndex(aws.dynamodb, names.itemsTable);
      if (repaired > 0) tell(`the last stop was not clean: ${repaired} index entries were repaired`);
      await releaseRedrives(aws.service.redrives);
    }

    let address: Address | undefined;
    const stopping = new AbortController();
    const service = {
      ...aws.service,
      stopping: stopping.signal,
      wait: (ms: number) => pause(ms, stopping.signal),
    };
    const functions = options.built
      ? await loadBuiltFunctions(aws, { auth })
      : createFunctions(service, { auth });
    const timers = Array.from(
      { length: parallelBatches },
      () =>
        new EventSource({
          client: aws.sqs,
          queueUrl: aws.timerQueue.url,
          queueArn: aws.timerQueue.arn,
          handler: functions.checkTimers,
          ...batch,
          onError,
        }),
    );
    const sweeps = intervalLoop({ work: functions.sweep, everyMs: options.sweepEveryMs, onError });
    const redrives = intervalLoop({ work: functions.runRedrives, everyMs: redrivesEveryMs, onError });
    const receipts = intervalLoop({
      work: () => forgetReceipts(aws.dynamodb, names.itemsTable, clock.now()),
      everyMs: receiptsEveryMs,
      onError,
    });
    const others = [
      watchDeadLetters({ client: aws.sqs, queueUrl: aws.deadLetterQueue.url, tell, onError }),
      ...(await deliveries(aws, options, () => address)),
    ];
    const http = await startHttpBridge({ host, port, ...functions, clock, onError });
    // No link leads to an address that means all addresses of a machine, such as 0.0.0.0.
    if (!wildcards.includes(host)) address = { url: http.url, isTokenNeeded: auth };
    // Not earlier: a token shown by a start that then fails would be confusing.
    if (auth) {
      await ensureAdminToken(aws.service, options.showToken).catch(async (error: unknown) => {
        await http.close();
        throw error;
      });
    }
    for (const loop of others) void loop.run();
    // Before any timer that fired while the service was stopped: the sweep finds out how long that was.
    await functions.sweep().catch((error: unknown) => {
      onError(error);
      tell('the first sweep failed; alerts are still shown, and the next sweep will run');
    });
    aws.emulator.run();
    for (const loop of [...timers, sweeps, redrives, receipts]) void loop.run();
    return {
      url: http.url,
      aws,
      stop: async () => {
        // All of them wait for their current work: at most a second, except for a sweep that finds much to do.
        stopping.abort();
        await Promise.all([
          http.close(),
          ...[...timers, sweeps, redrives, receipts, ...others].map((loop) => loop.stop()),
        ]);
        await aws.close();
        uncleanStop.clear();
      },
    };
  } catch (error) {
    await aws.close();
    throw error;
  }
}

/**
 * Creates folders step by step. Node's own recursive mkdir never returns if the system denies that a parent exists, as
 * in /proc.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Starts one delivery of notifications to the terminal, and one to each webhook. */
async function deliveries(
  { sns, sqs, service, topicArn, redriveTopicArn }: EmbeddedAws,
  { webhook, format = { name: 'json' }, redriveWebhook, clock, print, tell }: ServiceOptions,
  address: () => Address | undefined,
) {
  const shared = { client: sqs, clock, onError: tell };
  service.areDeliveriesNoted = redriveWebhook !== undefined;
  const terminal = await ensureSubscription({ sns, sqs, topicArn, queueName: names.terminalQueue });
  const loops = [
    terminalDelivery({ ...shared, queueUrl: terminal.url, print: (body) => print(body, address()) }),
  ];
  for (const { what, url, prefix, topicArn: from, ...more } of [
    {
      what: 'notification',
      url: webhook,
      prefix: names.webhookQueuePrefix,
      topicArn,
      messagesOf: (body: string) => rendered(body, format, address()),
    },
    {
      what: 'redrive message',
      url: redriveWebhook,
      prefix: names.redriveWebhookQueuePrefix,
      topicArn: redriveTopicArn,
      taken: (body: string) => noteTaken(service, body),
    },
  ]) {
    const queueName = url && prefix + createHash('sha256').update(url).digest('hex').slice(0, 16);
    await unsubscribeOthers(sns, from, prefix, queueName);
    if (!url || !queueName) continue;
    const queue = await ensureSubscription({ sns, sqs, topicArn: from, queueName });
    const webhookOptions = { what, queueUrl: queue.url, url, ...more, version: packageJson.version };
    loops.push(webhookDelivery({ ...shared, ...webhookOptions }));
  }
  return loops;
}

/** A webhook that is no longer configured receives nothing more. Its waiting messages are kept in case it returns. */
async function unsubscribeOthers(
  sns: EmbeddedAws['sns'],
  topicArn: string,
  prefix: string,
  kept: string | undefined,
): Promise<void> {
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
  for (const { SubscriptionArn, Endpoint = '' } of Subscriptions) {
    const queueName = Endpoint.slice(Endpoint.lastIndexOf(':') + 1);
    if (!queueName.startsWith(prefix) || queueName === kept) continue;
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  }
}
