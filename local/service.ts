import { resolve } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Clock } from '../core/clock.ts';
import type { Address } from '../core/contract/commands.ts';
import type { Format } from '../core/contract/formats/rendered.ts';
import { badgePath } from '../core/contract/routes.ts';
import { errorFields, type Log } from '../core/log.ts';
import { flushStatisticsEveryMs } from '../core/names/clockwork.ts';
import { itemsKeys, registryKeys } from '../core/names/tables.ts';
import { noteRestart } from '../core/operations/watch/restart-grace.ts';
import { loadBuiltFunctions } from './built-functions.ts';
import { makeDataFolder } from './data-folder.ts';
import { watchDeadLetters } from './dead-letter-watch.ts';
import { postNotice } from './deliveries/notice.ts';
import { startDeliveries } from './deliveries/start-deliveries.ts';
import { type EmbeddedAws, startEmbeddedAws } from './embedded-aws.ts';
import { pause } from './event-source/polling-loop.ts';
import { eventSources } from './event-sources.ts';
import { ensureAdminToken, revokeOpenTokens } from './first-token.ts';
import { forgetExpired } from './forget-expired.ts';
import { createFunctions } from './functions.ts';
import { openGuardedDoor } from './guarded-door.ts';
import { startHttpBridge } from './http-bridge.ts';
import { ingestDoor } from './ingest-door.ts';
import { intervalLoop } from './interval-loop.ts';
import { outputCheck, webhookCheck, withLocalChecks } from './local-checks.ts';
import * as names from './names.ts';
import { releaseRedrives } from './release-redrives.ts';
import { repairIndex } from './repair-index.ts';
import { isStorageError } from './storage-error.ts';
import { StorageWatch } from './storage-watch.ts';
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
  /** The format of the posts to the webhook; JSON by default. */
  format?: Format;
  /** A URL that receives every redrive message. */
  redriveWebhook?: string | undefined;
  /** Signs all posts to the webhooks. */
  webhookSecret?: string | undefined;
  jitterMs?: number | undefined;
  sweepEveryMs: number;
  /** The most workflows that registrations may create. */
  workflowLimit?: number | undefined;
  clock: Clock;
  log: Log;
  /**
   * Called with every notification, as JSON text, and where people reach the service. Rejects if nobody can have seen
   * the notification.
   */
  print: (notification: string, address: Address | undefined) => Promise<void>;
  /** The error code if nobody can read the output of the service; undefined if people can. */
  outputFault?: () => string | undefined;
  /** Called with each line that people should know about the service itself. */
  tell: (line: string) => void;
  /** Called with the first token, if `auth` had to create one: it is known nowhere else. */
  showToken?: (token: string) => void;
}

export interface Service {
  url: string;
  aws: EmbeddedAws;
  /** To be called with an uncaught error. Returns whether the service can continue. */
  survives(error: unknown): boolean;
  stop(): Promise<void>;
}

/** Writes to the store of the tables and to the store of the messages: as much as a small item. */
async function probeStores({ dynamodb, sqs, timerQueue }: EmbeddedAws): Promise<void> {
  const Item = { kind: { S: 'warden' }, name: { S: 'storage' }, text: { S: 'x'.repeat(4_096) } };
  await dynamodb.send(new PutItemCommand({ TableName: names.registryTable, Item }));
  const Attributes = { VisibilityTimeout: '30' };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: timerQueue.url, Attributes }));
}

/** Addresses to listen on that are not an address of this machine. */
const wildcards = ['0.0.0.0', '::'];

/** Milliseconds from one run of run-redrives to the next: a redrive that was started or continued waits no longer. */
const redrivesEveryMs = 250;
/** The same if a redrive cannot go on, such as one without a receiver: each failed run writes a line to the log. */
const redrivesAfterFailureMs = 1_000;
/** Milliseconds from one deletion of expired receipts to the next. */
const receiptsEveryMs = 3_600_000;

/** The whole service: embedded AWS, functions, queue poller, sweeps, HTTP, and deliveries of notifications. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { data, host, port, auth = false, clock, log, tell } = options;
  const isShared = makeDataFolder(resolve(data));
  const storage = new StorageWatch({
    folder: resolve(data),
    probe: () => probeStores(aws),
    tell: (line, level) => {
      tell(line);
      void postNotice(options, line, level);
    },
  });
  const aws = await startEmbeddedAws({ ...options, onFault: (error) => storage.fault(error) });
  const onError = (error: unknown) => {
    if (isStorageError(error)) storage.fault(error);
    log.error('local service failed', errorFields(error));
  };
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
    // Bundles make their own clients, from their environment: only these need a port.
    const door = options.built ? await openGuardedDoor(aws.transports) : undefined;
    const functions = door
      ? await loadBuiltFunctions(aws, door, { auth })
      : createFunctions(service, { auth });
    const sources = eventSources(aws, functions, onError);
    const sweeps = intervalLoop({ work: functions.sweep, everyMs: options.sweepEveryMs, onError });
    const redrives = intervalLoop({
      work: functions.runRedrives,
      everyMs: redrivesEveryMs,
      afterFailureMs: redrivesAfterFailureMs,
      onError,
    });
    const receipts = intervalLoop({
      work: async () => {
        await forgetExpired(aws.dynamodb, { name: names.itemsTable, keys: itemsKeys }, clock.now());
        await forgetExpired(aws.dynamodb, { name: names.registryTable, keys: registryKeys }, clock.now());
      },
      everyMs: receiptsEveryMs,
      onError,
    });
    const { statistics } = aws.service;
    const flushes = intervalLoop({
      work: () => statistics.flush(),
      everyMs: flushStatisticsEveryMs,
      onError,
    });
    const deliveries = await startDeliveries(aws, options, () => address);
    const others = [
      watchDeadLetters({
        client: aws.sqs,
        queues: {
          'expired timers': aws.deadLetterQueue,
          'messages to the ingest queue': aws.ingestDeadLetterQueue,
        },
        tell,
        onError,
      }),
      ...deliveries.loops,
    ];
    const { webhook, redriveWebhook } = deliveries;
    const checks = [
      () => storage.check(),
      () => outputCheck(options.outputFault?.()),
      ...(webhook ? [() => webhookCheck(aws.sqs, 'webhook', webhook)] : []),
      ...(redriveWebhook ? [() => webhookCheck(aws.sqs, 'redrive webhook', redriveWebhook)] : []),
    ];
    if (isShared)
      tell(`other users of this machine can read the folder ${resolve(data)}; chmod 700 keeps them out`);
    const revoked = auth ? await revokeOpenTokens(aws.service) : 0;
    if (revoked > 0) tell(`tokens created without --auth are revoked now: ${revoked}; create them again`);
    const http = await startHttpBridge({
      host,
      port,
      ...functions,
      routes: [
        ...functions.routes.map((route) =>
          route.path === '/v1/health' ? { ...route, handler: withLocalChecks(route.handler, checks) } : route,
        ),
        ...['/', '/console', '/console/{file}'].map((path) => ({
          method: 'GET',
          path,
          open: true,
          handler: functions.console,
        })),
        ...['GET', 'HEAD'].map((method) => ({
          method,
          path: badgePath,
          open: true,
          handler: functions.badge,
        })),
        { method: 'POST', path: '/', handler: ingestDoor(aws.sqs, aws.ingestQueue) },
      ],
      anyHost: auth,
      clock,
      onError,
    });
    // No link leads to an address that means all addresses of a machine, such as 0.0.0.0.
    if (!wildcards.includes(host)) address = { url: http.url, isTokenNeeded: auth };
    // Not earlier: a token shown by a start that then fails would be confusing.
    if (auth) {
      await ensureAdminToken(aws.service, options.showToken).catch(async (error: unknown) => {
        await http.close();
        throw error;
      });
    }
    await noteRestart(aws.service);
    for (const loop of others) void loop.run();
    // The first sweep runs before any timer that fired while the service was stopped: it finds out how long that was.
    await functions.sweep().catch((error: unknown) => {
      onError(error);
      tell('the first sweep failed; alerts are still shown, and the next sweep will run');
    });
    aws.emulator.run();
    for (const loop of [...sources, sweeps, redrives, receipts, flushes]) void loop.run();
    return {
      url: http.url,
      aws,
      survives: (error) => {
        if (!isStorageError(error)) return false;
        storage.fault(error);
        return true;
      },
      stop: async () => {
        storage.stop();
        // All of them wait for their current work: at most a second, except for a sweep that finds much to do.
        stopping.abort();
        await Promise.all([
          http.close(),
          ...[...sources, sweeps, redrives, receipts, flushes, ...others].map((loop) => loop.stop()),
        ]);
        await statistics.flush();
        await door?.close();
        await aws.close();
        uncleanStop.clear();
      },
    };
  } catch (error) {
    await aws.close();
    throw error;
  }
}
