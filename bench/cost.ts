import type { JsonText } from '../core/json-text.ts';
import { createLog } from '../core/log.ts';
import { checkTimers } from '../core/operations/check-timers.ts';
import { complete } from '../core/operations/complete.ts';
import { progress } from '../core/operations/progress.ts';
import { register } from '../core/operations/register.ts';
import { startEmbeddedAws } from '../local/embedded-aws.ts';

/**
 * What an item costs on AWS: counts the calls of each operation and the DynamoDB units they consume, measured on the
 * embedded DynamoDB, and multiplies them by prices of us-east-1 as they were known when this was written. API Gateway and Lambda are
 * counted by invocation; the milliseconds of Lambda are an assumption, named below.
 * Run: node bench/cost.ts
 */
const prices = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  httpRequest: 1e-6,
  lambdaRequest: 0.2e-6,
  /** arm64, for each GB-second. */
  lambdaGbSecond: 13.3334e-6,
  schedulerInvocation: 1e-6,
  sqsRequest: 0.4e-6,
  snsPublish: 0.5e-6,
};
/** Assumed, not measured: 256 MB for so many milliseconds. */
const assumedMs = { request: 30, timer: 5 };

let now = Date.parse('2026-03-01T12:00:00.000Z');
const clock = { now: () => now };
const aws = await startEmbeddedAws({ clock, log: createLog(() => {}) });
const used = { write: 0, read: 0, scheduler: 0, sns: 0 };

interface Call {
  TableName?: string;
  UpdateExpression?: string;
}

/**
 * Units for the rows of by-due, which the embedded DynamoDB does not count. They hold no data and are under 1 KB: one
 * unit for each row that is written or removed; two when a row moves, as a new deadline or state makes it.
 */
function indexWrites(command: string, { TableName, UpdateExpression = '' }: Call): number {
  if (TableName !== 'items' || !/^(Put|Update|Delete)/.test(command)) return 0;
  if (!command.startsWith('Update')) return 1;
  if (/#(due|queue) =/.test(UpdateExpression)) return 2;
  return /#(step|steps|tags|reportedAt) =/.test(UpdateExpression) ? 1 : 0;
}

aws.dynamodb.middlewareStack.add(
  (next, context) => async (args) => {
    const reply = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as never });
    const command = context.commandName ?? '';
    const { ConsumedCapacity = [] } = reply.output as { ConsumedCapacity?: { CapacityUnits?: number }[] };
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    if (/^(Get|BatchGet|Query)/.test(command)) used.read += units;
    else used.write += units + indexWrites(command, args.input as Call);
    return reply;
  },
  { step: 'initialize' },
);
aws.sns.middlewareStack.add(
  (next) => async (args) => {
    used.sns++;
    return next(args);
  },
  { step: 'initialize' },
);

interface Flow {
  requests: number;
  timers: number;
  run: (item: string) => Promise<unknown>;
}
const { service } = aws;
const workflow = 'uploads';
const text = (bytes: number) =>
  JSON.stringify(
    Array.from({ length: bytes / 50 }, (_, index) => ({ key: `incoming/scan-${index}.tiff`, page: index })),
  ) as JsonText;
const start = (item: string, data: JsonText) =>
  register(service, {
    workflow,
    item,
    data,
    request: { timeout: 60, step: 'uploaded', tags: { customer: 'acme' } },
  });
const finish = (item: string) => complete(service, { workflow, item, only: {} });
const step = (item: string, request: object) =>
  progress(service, { workflow, item, only: {}, request, data: undefined });
const fire = async (item: string) => {
  const timer = (await service.items.read(workflow, item))?.timer ?? '';
  await checkTimers(service, [{ workflow, item, timer, armedAt: '2026-01-01T00:00:00.000Z' }]);
};

const flows: Record<string, Flow> = {
  'completed in time, 0.5 KB of data': {
    requests: 2,
    timers: 0,
    run: async (item) => {
      await start(item, text(500));
      await finish(item);
    },
  },
  'completed in time, 20 KB of data': {
    requests: 2,
    timers: 0,
    run: async (item) => {
      await start(item, text(20_000));
      await finish(item);
    },
  },
  'with three steps, 0.5 KB': {
    requests: 5,
    timers: 0,
    run: async (item) => {
      await start(item, text(500));
      for (const name of ['copied', 'checked', 'stored']) await step(item, { step: name, timeout: 120 });
      await finish(item);
    },
  },
  'overdue, then completed, 0.5 KB': {
    requests: 2,
    timers: 1,
    run: async (item) => {
      await start(item, text(500));
      now += 61_000;
      await fire(item);
      await finish(item);
    },
  },
};

await start('warm-up', text(500));
process.stdout.write(
  'a million items                      write units  read units  API+Lambda  DynamoDB  timers+SNS       sum\n',
);
for (const [name, { requests, timers, run }] of Object.entries(flows)) {
  const rounds = 20;
  Object.assign(used, { write: 0, read: 0, sns: 0 });
  for (let round = 0; round < rounds; round++) {
    // Within the five seconds for which the workflow is remembered, as on a busy function.
    await service.registry.ensureWorkflow(workflow);
    await run(`${name} ${round}`);
  }
  const write = used.write / rounds;
  const read = used.read / rounds;
  const lambda = (ms: number) => prices.lambdaRequest + (ms / 1000) * 0.25 * prices.lambdaGbSecond;
  const api = requests * (prices.httpRequest + lambda(assumedMs.request));
  const table = write * prices.writeUnit + read * prices.readUnit;
  const alert =
    timers * (prices.schedulerInvocation + 3 * prices.sqsRequest + lambda(assumedMs.timer)) +
    (used.sns / rounds) * prices.snsPublish;
  const dollars = (each: number) => `$${(each * 1e6).toFixed(2)}`.padStart(9);
  process.stdout.write(
    `${name.padEnd(38)}${write.toFixed(1).padStart(10)}${read.toFixed(1).padStart(12)}${dollars(api)}   ${dollars(table)}   ${dollars(alert)} ${dollars(api + table + alert)}\n`,
  );
}
process.stdout.write(
  `Lambda: 256 MB, ${assumedMs.request} ms a request and ${assumedMs.timer} ms a timer in a batch, assumed.\n`,
);
await aws.close();
