import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { systemClock } from '../../core/clock.ts';
import { createLog } from '../../core/log.ts';
import { environments } from '../../core/names/environments.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { openGuardedDoor } from '../../local/guarded-door.ts';
import * as names from '../../local/names.ts';
import { data, eventOf } from '../harness/events.ts';
import type { Part } from '../harness/part.ts';
import { median } from '../harness/rounds.ts';
import { inTemporaryFolder } from '../harness/temporary-folder.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const functions = join(root, 'dist/functions');
const workflow = 'bench';

/** The clients and commands that the functions of an item have, and nothing else. Its handler makes one call. */
const bare = `
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand, DeleteItemCommand, BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
export { GetItemCommand, UpdateItemCommand, DeleteItemCommand, BatchGetItemCommand };
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
export { CreateScheduleCommand, DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
export { PublishCommand, PublishBatchCommand } from '@aws-sdk/client-sns';
const [dynamodb, ...others] = [new DynamoDBClient({}), new SchedulerClient({}), new SNSClient({})];
export const handler = async (Item) => others.length && dynamodb.send(new PutItemCommand({ TableName: process.env.ITEMS_TABLE, Item }));
`;

const program = `
const started = performance.now();
const { handler } = await import(process.argv[2]);
const imported = performance.now();
const reply = await handler(JSON.parse(process.argv[3]));
const handled = performance.now();
if (reply?.statusCode >= 400) throw new Error(reply.body);
process.stderr.write(JSON.stringify([imported - started, handled - imported]));
`;

/** Each in a process of its own, in turns. A first request goes over a socket to embedded AWS in this process. */
const firstRequests: Record<string, object> = {
  register: eventOf('PUT', { workflow, query: 'id=first', body: { timeout: 3_600, data } }),
  progress: eventOf('PATCH', { workflow, query: 'id=first', body: { step: 'copied' } }),
  complete: eventOf('DELETE', { workflow, query: 'id=first' }),
  batch: eventOf('POST', {
    workflow,
    body: { operations: [{ op: 'register', item: 'first', timeout: 3_600 }] },
  }),
  'check-timers': { Records: [] },
};

/** Cold imports of the bundles that items wait for, held against the bare clients, bundled in the same way. */
export const bundlesPart: Part = {
  seconds: { quick: 20, usual: 60, full: 60 },
  async measure(size, say) {
    if (!existsSync(functions)) throw new Error('there are no bundles: run `npm run build` first');
    const rounds = size === 'quick' ? 5 : 21;
    const aws = await startEmbeddedAws({ clock: systemClock, log: createLog(() => {}) });
    const door = await openGuardedDoor(aws.transports);
    try {
      return await inTemporaryFolder(async (folder) => {
        const [floor, script] = [join(folder, 'floor.mjs'), join(folder, 'import.mjs')];
        await bundle(floor);
        writeFileSync(script, program);
        const env = environmentOf(aws, door);
        const key = { pk: { S: 'floor' }, item: { S: 'floor' } };
        const ways: [name: string, file: string, event: object][] = [
          ['clients alone', floor, key],
          ...Object.entries(firstRequests).map(
            ([name, event]) => [name, join(functions, name, 'index.mjs'), event] as [string, string, object],
          ),
        ];
        const times = new Map(ways.map(([name]) => [name, [] as [imported: number, first: number][]]));
        for (let round = 0; round <= rounds; round++) {
          for (const [name, file, event] of ways) {
            const { stderr } = await run(process.execPath, [script, file, JSON.stringify(event)], { env });
            if (round > 0) times.get(name)?.push(JSON.parse(stderr.slice(stderr.lastIndexOf('['))));
          }
          say(`round ${round} of ${rounds}`);
        }
        const floorTimes = times.get('clients alone') ?? [];
        const best = (all: readonly [number, number][]) => Math.min(...all.map(([imported]) => imported));
        return {
          columns: [
            'ms',
            'import, median',
            'import, best',
            'to clients alone, median',
            'to clients alone, best',
            'first request, median',
          ],
          rows: [...times].map(([name, own]) => [
            name,
            median(own.map(([imported]) => imported)),
            best(own),
            median(own.map(([imported], round) => imported / (floorTimes[round]?.[0] ?? Number.NaN))),
            best(own) / best(floorTimes),
            median(own.map(([, first]) => first)),
          ]),
          broken: [],
        };
      });
    } finally {
      await door.close();
      await aws.close();
    }
  },
};

async function bundle(outfile: string): Promise<void> {
  await build({
    stdin: { contents: bare, resolveDir: root },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(root, 'build/lambda-credentials.ts') },
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
}

/** As on Lambda, with embedded AWS in place of AWS. */
function environmentOf(
  { environment }: EmbeddedAws,
  { endpoint, accessKeyId }: { endpoint: string; accessKeyId: string },
): Record<string, string> {
  const variables = Object.values(environments).flatMap((schema) => Object.keys(schema.shape));
  return {
    ...Object.fromEntries(variables.map((name) => [name, '60'])),
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_REGION: names.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: names.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SCHEDULER: endpoint,
    AWS_ENDPOINT_URL_SNS: endpoint,
  };
}
