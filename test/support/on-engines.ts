import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { createLog, errorFields } from '../../core/log.ts';
import { connectService } from '../../local/connect-service.ts';
import { lightenClients } from '../../local/embedded-clients.ts';
import { InProcessTransport } from '../../local/in-process-transport.ts';
import { startMessaging } from '../../local/messaging.ts';
import { sendToQueue } from '../../local/queues.ts';
import { startScheduler } from '../../local/scheduler/scheduler.ts';
import { ManualClock } from './manual-clock.ts';
import { seededRandom } from './seeded-random.ts';
import { sized } from './sized.ts';
import { startEmbeddedWarden, startMemoryWarden } from './start-warden.ts';
import { EmbeddedWarden, type Warden } from './warden.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URLs of the engines that this run has besides dynalite. */
    engines: { dynamodbLocal?: string };
  }
}

type EngineName = 'dynalite' | 'DynamoDB Local' | 'memory';
type Suite = (warden: () => Warden, engine: EngineName) => void;

/**
 * Runs a suite on dynalite, on the AWS in memory, which proofs run on (docs/adr/0041), and on every other engine of this
 * run (test/support/report-engines.ts). For adapters, and for operations without other tests. Everything else
 * uses the database through the same adapters and runs on one of them alone.
 */
export function onEngines(suite: Suite): void {
  const { dynamodbLocal } = inject('engines');
  onDynalite(suite);
  onEngine('memory', startOnMemory, suite);
  if (dynamodbLocal) onEngine('DynamoDB Local', () => startOnDynamodb(dynamodbLocal), suite);
}

/**
 * The same without DynamoDB Local, which has its turn in a run with SIZE=full: for races. One conditional write decides
 * each of them, and the suites of adapters try these writes on every engine.
 */
export function onRacingEngines(suite: Suite): void {
  sized(
    () => {
      onDynalite(suite);
      onEngine('memory', startOnMemory, suite);
    },
    () => onEngines(suite),
  )();
}

/** Runs a suite on dynalite, the engine of the service on a laptop. */
export function onDynalite(suite: Suite): void {
  onEngine('dynalite', () => startEmbeddedWarden(), suite);
}

/** Runs a suite on the AWS in memory, and in a run with SIZE=full on dynalite: for operations, not for adapters. */
export function onOneEngine(suite: Suite): void {
  sized(
    () => onEngine('memory', () => startMemoryWarden(), suite),
    () => onDynalite(suite),
  )();
}

function onEngine(name: EngineName, start: () => Promise<Warden>, suite: Suite): void {
  describe(`on ${name}`, () => {
    let warden: Warden | undefined;
    beforeAll(async () => {
      warden = await start();
      // These tests share a warden and are independent of each other: the budget of notifications would connect them.
      warden.aws.service.budget.take = async () => true;
    });
    afterAll(() => warden?.close());
    suite(() => {
      if (!warden) throw new Error('the engine is not up');
      return warden;
    }, name);
  });
}

/** Calls take up to 25 turns of the event loop, so that calls of several requests alternate and overtake each other. */
function startOnMemory(): Promise<Warden> {
  const random = seededRandom(inject('draws').seed);
  const holds = async () => {
    for (let turns = Math.floor(25 * random()); turns > 0; turns--) await setImmediate();
  };
  return startMemoryWarden({ random, disturbances: { holds } });
}

/** All embedded servers except the database. */
async function startOnDynamodb(dynamodb: string): Promise<Warden> {
  const { clock, log, logLines } = running();
  const messaging = await startMessaging(undefined);
  let sqs: SQSClient | undefined;
  const emulator = await startScheduler({
    path: ':memory:',
    clock,
    send: async (queueArn, body) => sqs && sendToQueue(sqs, queueArn, body),
    onError: (error) => log.error('scheduler emulator failed', errorFields(error)),
  });
  const transports = {
    dynamodb: new InProcessTransport(() => {}),
    scheduler: emulator.transport,
    sns: messaging.transport,
    sqs: messaging.transport,
  };
  const servers = { ...transports, dynamodb };
  const region = newRegion();
  const connected = await connectService(servers, { clock, log }, { region });
  sqs = connected.sqs;
  // It checks no signature either, and takes the region from its scope.
  lightenClients([connected.dynamodb, connected.scheduler, connected.sns, sqs], region);
  const close = async () => {
    connected.disconnect();
    await messaging.close();
    await emulator.close();
  };
  return new EmbeddedWarden({ ...connected, transports, emulator, close }, clock, logLines).listen();
}

/** All test files share the engines. A sweep and its records cover everything in the tables. */
function newRegion(): string {
  return `test${randomBytes(6).toString('hex')}`;
}

function running() {
  const logLines: string[] = [];
  return { clock: new ManualClock(), log: createLog((line) => logLines.push(line)), logLines };
}
