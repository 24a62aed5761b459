import type { JsonText } from '../../core/json-text.ts';
import { createLog } from '../../core/log.ts';
import { batch } from '../../core/operations/items/batch.ts';
import { complete } from '../../core/operations/items/complete.ts';
import { register } from '../../core/operations/items/register.ts';
import { runRedrives } from '../../core/operations/redrives/run-redrives.ts';
import { startRedrive } from '../../core/operations/redrives/start-redrive.ts';
import { checkTimers } from '../../core/operations/watch/check-timers.ts';
import { ensureSubscription } from '../../local/deliveries/delivery-queue.ts';
import { startEmbeddedAws } from '../../local/embedded-aws.ts';
import type { Units } from './prices.ts';

interface Call {
  TableName?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ConsistentRead?: boolean;
}

/** AWS charges empty answers too; the embedded DynamoDB does not count them. */
function leastRead({ ConsistentRead = false }: Call): number {
  return ConsistentRead ? 1 : 0.5;
}

/**
 * Units for the rows of by-time, which the embedded DynamoDB does not count. A row has less than 1 KB: it costs one
 * unit to write or remove a row, and two to move it: a new state or timer moves it.
 */
function indexWrites(
  command: string,
  { TableName, UpdateExpression = '', ExpressionAttributeNames = {} }: Call,
): number {
  if (TableName !== 'items' || !/^(Put|Update|Delete)/.test(command)) return 0;
  // A write over a revision is the next attempt, in another state.
  if (command.startsWith('Put')) return /revision/.test(JSON.stringify(ExpressionAttributeNames)) ? 2 : 1;
  if (command.startsWith('Delete')) return 1;
  if (/REMOVE.*#queue/.test(UpdateExpression)) return 1;
  if (/#(queue|time) =/.test(UpdateExpression)) return 2;
  return /#(since|attempt) =/.test(UpdateExpression) ? 1 : 0;
}

/** The operations over embedded servers, with the units that they consume. Time is moved by hand. */
export async function startMeteredService() {
  let now = Date.parse('2026-03-01T12:00:00.000Z');
  const aws = await startEmbeddedAws({ clock: { now: () => now }, log: createLog(() => {}) });
  let used: Units = { write: 0, read: 0, sns: 0 };
  aws.dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      const asked = { ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as never };
      const reply = await next(asked).catch((error: Error) => {
        // AWS also charges a write whose condition fails: one unit, because all such writes here have less than 1 KB.
        if (error.name === 'ConditionalCheckFailedException') used.write++;
        throw error;
      });
      const command = context.commandName ?? '';
      const { ConsumedCapacity = [] } = reply.output as { ConsumedCapacity?: { CapacityUnits?: number }[] };
      const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      if (/^(Get|BatchGet|Query|Scan)/.test(command))
        used.read += Math.max(units, leastRead(args.input as Call));
      else used.write += units + indexWrites(command, args.input as Call);
      return reply;
    },
    { step: 'initialize' },
  );
  aws.sns.middlewareStack.add(
    (next) => (args) => {
      used.sns++;
      return next(args);
    },
    { step: 'initialize' },
  );

  // A redrive is refused without a subscription.
  await ensureSubscription({ ...aws, topicArn: aws.redriveTopicArn, queueName: 'upstream' });

  const { service } = aws;
  return {
    service,
    close: () => aws.close(),
    advance: (ms: number) => {
      now += ms;
    },
    async unitsOf(run: () => Promise<unknown>): Promise<Units> {
      used = { write: 0, read: 0, sns: 0 };
      await run();
      return { ...used };
    },
    start: (workflow: string, item: string, bytes: number) =>
      register(service, {
        workflow,
        item,
        data: text(bytes),
        request: { timeout: 60, step: 'uploaded', tags: { customer: 'acme' } },
      }),
    /** Registers and completes items, each in one batch. */
    async batches(workflow: string, items: readonly string[], bytes: number): Promise<void> {
      const request = { timeout: 60, step: 'uploaded', tags: { customer: 'acme' }, dataText: text(bytes) };
      const operations = items.map((item) => ({ op: 'register' as const, item, ...request }));
      await batch(service, { workflow, operations });
      const done = items.map((item) => ({ op: 'complete' as const, item, dataText: undefined }));
      await batch(service, { workflow, operations: done });
    },
    /** Resumes all overdue and failed items. */
    async redrive(workflow: string): Promise<void> {
      const by = 'bench';
      const note = service.audit.noteFor(by);
      await startRedrive(service, { workflow, request: { rate: 1_000 }, by, note });
      await runRedrives({ ...service, wait: async () => {} });
    },
    finish: (workflow: string, item: string) => complete(service, { workflow, item, only: {} }),
    /** Units of handling the items' timers in one batch. */
    async fire(workflow: string, items: readonly string[]): Promise<Units> {
      const records = await Promise.all(items.map((item) => service.items.readOpen(workflow, item)));
      const messages = records.flatMap((record) =>
        record
          ? [{ workflow, item: record.item, timer: record.timer, armedAt: '2026-01-01T00:00:00.000Z' }]
          : [],
      );
      return this.unitsOf(() => checkTimers(service, messages));
    },
    /** Fills the caches of workflow and heartbeat, as on a busy function. */
    async remember(workflow: string): Promise<void> {
      await service.registry.ensureWorkflow(workflow);
      await service.state.heartbeat();
    },
  };
}

function text(bytes: number): JsonText {
  const pages = Array.from({ length: bytes / 50 }, (_, page) => ({
    key: `incoming/scan-${page}.tiff`,
    page,
  }));
  return JSON.stringify(pages) as JsonText;
}
