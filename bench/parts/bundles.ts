import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../../core/clock.ts';
import { createLog } from '../../core/log.ts';
import { environments } from '../../core/names/environments.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { openGuardedDoor } from '../../local/guarded-door.ts';
import * as names from '../../local/names.ts';
import { bundleClients, clientsOf } from '../harness/bare-clients.ts';
import { firstRequests } from '../harness/first-requests.ts';
import { prepareKept, prepareRound } from '../harness/found-by-requests.ts';
import type { Part } from '../harness/part.ts';
import { median } from '../harness/rounds.ts';
import { cellOf } from '../harness/targets.ts';
import { inTemporaryFolder } from '../harness/temporary-folder.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const functions = join(root, 'dist/functions');

/** Imports a bundle and passes the event to its handler. A refused request is quick, so it must not be measured. */
const program = `
const started = performance.now();
const { handler } = await import(process.argv[2]);
const imported = performance.now();
const reply = process.argv[3] === undefined ? undefined : await handler(JSON.parse(process.argv[3]));
const handled = performance.now();
if (reply?.statusCode >= 400) throw new Error(reply.body);
if (reply?.batchItemFailures?.length > 0) throw new Error('the message failed');
if (reply?.context?.anonymous) throw new Error(reply.context.anonymous);
process.stderr.write(JSON.stringify([imported - started, handled - imported]));
`;

/** A bundle whose import is measured; its floor is a bundle of the clients that it contains. */
interface Measured {
  name: string;
  file: string;
  floor?: string;
  /** Of a floor: the item that it puts. */
  event?: object;
  times: { imported: number; first: number }[];
}

const importColumn = 'to its clients, median';
const isFloor = (name: string) => name.startsWith('only ');

/** Cold imports of all bundles, each in processes of its own and in turns, compared with its clients alone. */
export const bundlesPart: Part = {
  measuresBuild: true,
  seconds: { quick: 60, usual: 220, full: 220 },
  targets: [
    {
      name: 'cold import of the slowest bundle, to its clients alone',
      is: 'at most',
      bound: 1.2,
      unit: '',
      figure: (part) => {
        const functionRows = part.rows.map(([name]) => String(name)).filter((name) => !isFloor(name));
        const ratios = functionRows.map((name) => cellOf(part, name, importColumn));
        const known = ratios.filter((value) => !Number.isNaN(value));
        return known.length === 0 ? Number.NaN : Math.max(...known);
      },
    },
  ],
  async measure(size, say) {
    if (!existsSync(functions)) throw new Error('there are no bundles: run `npm run build` first');
    const rounds = size === 'quick' ? 3 : 21;
    const aws = await startEmbeddedAws({ clock: systemClock, log: createLog(() => {}) });
    const door = await openGuardedDoor(aws.transports);
    try {
      return await inTemporaryFolder(async (folder) => {
        const script = join(folder, 'import.mjs');
        writeFileSync(script, program);
        const bundles = await bundlesIn(folder);
        const env = environmentOf(aws, door);
        const kept = await prepareKept(aws);
        for (let round = 0; round <= rounds; round++) {
          const found = { ...kept, ...(await prepareRound(aws, round)) };
          const requests: Record<string, object> = firstRequests(round, found);
          for (const { name, file, times, event = requests[name] } of bundles) {
            const given = event === undefined ? [] : [JSON.stringify(event)];
            const { stderr } = await run(process.execPath, [script, file, ...given], { env });
            const [imported = 0, first = 0] = JSON.parse(stderr.slice(stderr.lastIndexOf('[')));
            // The first round warms up.
            if (round > 0) times.push({ imported, first: event === undefined ? Number.NaN : first });
          }
          say(`round ${round} of ${rounds}`);
        }
        const columns = ['import, median', 'import, best', importColumn, 'to its clients, best'];
        return {
          columns: ['ms', ...columns, 'first request, median'],
          rows: bundles.map((bundle) => rowOf(bundle, bundles)),
          broken: [],
        };
      });
    } finally {
      await door.close();
      await aws.close();
    }
  },
};

/** All bundles of functions, each after the floor that it is compared with. */
async function bundlesIn(folder: string): Promise<Measured[]> {
  const bundles: Measured[] = [];
  for (const name of readdirSync(functions).sort()) {
    const file = join(functions, name, 'index.mjs');
    const clients = clientsOf(file);
    const floor = clients.length > 0 ? `only ${clients.join(', ')}` : undefined;
    if (floor !== undefined && !bundles.some((other) => other.name === floor)) {
      const bare = join(folder, `${clients.join('-')}.mjs`);
      await bundleClients(clients, bare);
      const event = { pk: { S: 'floor' }, item: { S: 'floor' } };
      bundles.push({ name: floor, file: bare, times: [], ...(clients.includes('dynamodb') && { event }) });
    }
    bundles.push({ name, file, times: [], ...(floor && { floor }) });
  }
  const groupOf = ({ name, floor = isFloor(name) ? name : '' }: Measured) => floor;
  const groups = [...new Set(bundles.map(groupOf))].sort();
  return groups.flatMap((group) => bundles.filter((bundle) => groupOf(bundle) === group));
}

function rowOf({ name, floor, times }: Measured, bundles: readonly Measured[]): (string | number)[] {
  const floorTimes = bundles.find((other) => other.name === floor)?.times ?? [];
  const best = (all: Measured['times']) => Math.min(...all.map(({ imported }) => imported));
  return [
    name,
    median(times.map(({ imported }) => imported)),
    best(times),
    median(times.map(({ imported }, round) => imported / (floorTimes[round]?.imported ?? Number.NaN))),
    floorTimes.length > 0 ? best(times) / best(floorTimes) : Number.NaN,
    median(times.map(({ first }) => first)),
  ];
}

/** As on Lambda, with embedded AWS in place of AWS. */
function environmentOf(
  { environment, topicArn }: EmbeddedAws,
  { endpoint, accessKeyId }: { endpoint: string; accessKeyId: string },
): Record<string, string> {
  const variables = Object.values(environments).flatMap((schema) => Object.keys(schema.shape));
  return {
    ...Object.fromEntries(variables.map((name) => [name, '60'])),
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, textOf(value)])),
    // Of the receivers, only chats need nothing but SNS: embedded AWS has no secrets.
    RECEIVER: 'chat',
    CHAT_TOPIC_ARN: topicArn,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_REGION: names.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: names.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SCHEDULER: endpoint,
    AWS_ENDPOINT_URL_SNS: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
  };
}

/** A variable of the environment; lists are JSON. */
const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
