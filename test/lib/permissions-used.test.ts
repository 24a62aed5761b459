import { AsyncLocalStorage } from 'node:async_hooks';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../../core/contract/routes.ts';
import { createLog } from '../../core/log.ts';
import { type FunctionName, functionNames } from '../../lib/function-names.ts';
import { permissions, type Target } from '../../lib/permissions.ts';
import { startEmbeddedAws } from '../../local/embedded-aws.ts';
import { createFunctions } from '../../local/functions.ts';
import * as names from '../../local/names.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { EmbeddedWarden } from '../support/warden.ts';

/*
 * Every function is led through everything it does, and each call it makes to AWS is noted: what it may do must be
 * that, no less and no more. Nothing else would find a missing permission before a deployment does.
 */

/** What the functions do not call themselves: who may pass the role, and what Lambda does in their name. */
const implied: Target[] = ['timer role', 'expired timers'];

const running = new AsyncLocalStorage<FunctionName>();
const used = new Set<string>();
let warden: EmbeddedWarden;

/** The call as a permission: its action, and what it acts on. */
function permissionOf(command: string, input: Record<string, unknown>): string {
  const action = command.replace(/Command$/, '');
  const table = input.TableName ?? Object.keys((input.RequestItems as object | undefined) ?? {})[0];
  if (table === names.itemsTable) {
    return `dynamodb:${action} on ${input.IndexName ? `items ${input.IndexName}` : 'items'}`;
  }
  if (table === names.registryTable) return `dynamodb:${action} on registry`;
  if (action === 'GetScheduleGroup') return 'scheduler:GetScheduleGroup on timer group';
  if (action.endsWith('Schedule')) return `scheduler:${action} on timers`;
  if (action === 'Publish') return 'sns:Publish on notification topic';
  return `${action} on ${JSON.stringify(input)}`;
}

/** What is used of every SDK client; the types of their middleware have nothing else in common. */
interface Client {
  middlewareStack: {
    add(
      middleware: (
        next: (args: { input: Record<string, unknown> }) => Promise<unknown>,
        context: { commandName: string },
      ) => (args: { input: Record<string, unknown> }) => Promise<unknown>,
      options: { step: 'initialize' },
    ): void;
  };
}

beforeAll(async () => {
  const clock = new ManualClock();
  const aws = await startEmbeddedAws({ clock, log: createLog(() => {}) });
  for (const client of [aws.dynamodb, aws.scheduler, aws.sns] as unknown as Client[]) {
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          const name = running.getStore();
          if (name) used.add(`${name}: ${permissionOf(commandName, args.input)}`);
          return next(args);
        },
      { step: 'initialize' },
    );
  }
  warden = new EmbeddedWarden(aws, clock, []);
  for (const [index, route] of warden.functions.routes.entries()) {
    const { handler } = route;
    const operation = routes[index]?.operation;
    if (operation) route.handler = (event) => running.run(operation, () => handler(event));
  }
  await warden.listen();
});

afterAll(() => warden.close());

/** Leaves the item overdue and untold of, as a crash after marking does. */
async function expireSilently(workflow: string, item: string): Promise<void> {
  const { items } = warden.aws.service;
  const seen = await items.read(workflow, item);
  if (seen) await items.expire(seen, seen.deadline, 'timer');
}

async function everything(): Promise<void> {
  const workflow = warden.newWorkflow();
  const expired = () => running.run('check-timers', () => warden.pass(120_000));
  const path = `/v1/workflows/${workflow}`;

  await warden.register(workflow, 'a', { timeout: 60 });
  await warden.register(workflow, 'a', { timeout: 60 });
  await warden.register(workflow, 'a', { timeout: 60, restart: true });
  await warden.read(workflow, 'a');
  await warden.progress(workflow, 'a', { step: 'copied' });
  await warden.progress(workflow, 'a', { timeout: 30 });
  await warden.progress(workflow, 'a', { timeout: 600 });
  await expired();
  await warden.pass(600_000);
  await warden.register(workflow, 'a', { timeout: 60 });
  await expireSilently(workflow, 'a');
  await warden.register(workflow, 'a', { timeout: 60 });
  await warden.complete(workflow, 'a');

  await warden.register(workflow, 'b', { timeout: 60 });
  await expireSilently(workflow, 'b');
  await warden.complete(workflow, 'b');

  await warden.register(workflow, 'c', { timeout: 60 });
  await warden.progress(workflow, 'c', { failed: { reason: 'disk full' } });
  await warden.register(workflow, 'd', { timeout: 60 });
  await expired();
  // The item changes between being read and being marked, so that it is read again.
  await warden.register(workflow, 'e', { timeout: 60 });
  const { items } = warden.aws.service;
  const expire = items.expire.bind(items);
  items.expire = async () => {
    items.expire = expire;
    await warden.progress(workflow, 'e', { tags: { raced: 'yes' } });
    return undefined;
  };
  await expired();

  await warden.request('GET', `${path}/items`);
  await warden.request('GET', '/v1/workflows');
  await warden.request('GET', path);
  await warden.request('PUT', path, { body: { timeout: 60 } });
  for (const item of ['c', 'd', 'e']) await warden.complete(workflow, item);
  await warden.request('DELETE', path);
  await warden.request('GET', '/v1/health');

  const ingest = { name: 'tests', scopes: ['ingest'], workflows: [workflow] };
  const { json: token } = await warden.request('POST', '/v1/tokens', { body: ingest });
  const { authorizer } = createFunctions(warden.aws.service, { auth: true });
  const event: Partial<APIGatewayRequestAuthorizerEventV2> = {
    headers: { authorization: `Bearer ${token.token}` },
  };
  await running.run('authorize', async () => authorizer?.(event as APIGatewayRequestAuthorizerEventV2));
  await warden.request('GET', '/v1/tokens');
  await warden.request('DELETE', `/v1/tokens/${token.id}`);
  await warden.request('GET', '/v1/openapi.json');
}

test('each function may do what it does, no less and no more', async () => {
  await everything();
  expect(warden.errors).toEqual([]);
  const granted = functionNames.flatMap((name) =>
    Object.entries(permissions[name])
      .filter(([target]) => !implied.includes(target as Target))
      .flatMap(([target, actions]) => actions.map((action) => `${name}: ${action} on ${target}`)),
  );
  expect([...used].sort()).toEqual(granted.sort());
});

test('who arms timers may pass their role, and nobody else', () => {
  for (const name of functionNames) {
    const arms = permissions[name].timers?.includes('scheduler:CreateSchedule') ?? false;
    expect(permissions[name]['timer role'] !== undefined, name).toBe(arms);
  }
});
