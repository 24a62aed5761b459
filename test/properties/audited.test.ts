import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AuditAction } from '../../core/contract/audit.ts';
import { createInvocable } from '../../functions/create-token.ts';
import { ensureAdminToken } from '../../local/first-token.ts';
import { auditedCases } from '../support/audited-cases.ts';
import { changeRedrive, failedItems, startRedrive, withoutWaiting } from '../support/redrives.ts';
import { startWarden } from '../support/start-warden.ts';
import { sweepOne } from '../support/sweep-one.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

/* Every audited action has an entry in the audit log, even if a call fails: the entry comes first. */

let warden: EmbeddedWarden;
/** The fault: the table refuses the entry, or the process stops when the next one is written. */
let fault: 'refused' | 'stops' | undefined;
let isGone = false;

beforeAll(async () => {
  warden = await startWarden();
  withoutWaiting(warden);
  warden.aws.dynamodb.middlewareStack.add(
    (next) => async (args) => {
      if (isGone) throw new Error('the process is gone');
      const { Item } = args.input as { Item?: Record<string, AttributeValue> };
      const isEntry = Item?.kind?.S === 'audit';
      // Not a temporary fault, which would have another status.
      if (isEntry && fault === 'refused') throw Object.assign(new Error(), { name: 'AccessDeniedException' });
      const reply = await next(args);
      if (!isEntry || fault !== 'stops') return reply;
      isGone = true;
      throw new Error('the process is gone');
    },
    { step: 'initialize', priority: 'high' },
  );
});

afterAll(() => warden.close());

function mend(): void {
  fault = undefined;
  isGone = false;
}
afterEach(mend);

/** The registry table without the audit log, and the audit log. */
async function look() {
  const { Items = [] } = await warden.aws.dynamodb.send(
    new ScanCommand({ TableName: warden.aws.environment.REGISTRY_TABLE, ConsistentRead: true }),
  );
  const records = Items.map((item) => unmarshall(item)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    effects: records.filter(({ kind }) => kind !== 'audit'),
    entries: records.filter(({ kind }) => kind === 'audit'),
  };
}

type Look = Awaited<ReturnType<typeof look>>;

/** The new entries: who, what, in which workflow and about what. Entries of the same time have no order. */
async function entriesSince({ entries: known }: Pick<Look, 'entries'>) {
  const names = new Set(known.map(({ name }) => name));
  const { entries } = await look();
  return entries
    .filter(({ name }) => !names.has(name))
    .map(({ by, action, workflow, subject }) => ({ by, action, workflow, subject }));
}

async function whileFault<Result>(kind: 'refused' | 'stops', work: () => Promise<Result>): Promise<Result> {
  fault = kind;
  try {
    return await work();
  } finally {
    mend();
  }
}

test('every action in the contract has a case', () => {
  expect(auditedCases.map(({ action }) => action).sort()).toEqual([...AuditAction.options].sort());
});

describe.each(auditedCases)('$action', ({ action, prepare, again }) => {
  test('is not done if its entry cannot be written, and then done with one entry', async () => {
    const { ask, workflow, subject } = await prepare(warden);
    const before = await look();
    const refused = await whileFault('refused', ask);
    expect(refused).toMatchObject({
      status: 503,
      json: { code: 'unavailable' },
      headers: { 'retry-after': '1' },
    });
    expect(await look()).toEqual(before);

    const done = await ask();
    expect(done.status).toBeLessThan(300);
    expect((await look()).effects).not.toEqual(before.effects);
    const about = subject ?? (again === 'another' ? done.json.id : undefined);
    expect(await entriesSince(before)).toEqual([{ by: 'open', action, workflow, subject: about }]);
  });

  test('has an entry if the process stops right after it, and is done when it is requested again', async () => {
    const { ask } = await prepare(warden);
    const before = await look();
    expect((await whileFault('stops', ask)).status).toBeGreaterThanOrEqual(500);
    expect((await look()).effects).toEqual(before.effects);
    expect(await entriesSince(before)).toMatchObject([{ action }]);
    expect((await ask()).status).toBeLessThan(300);
    expect((await look()).effects).not.toEqual(before.effects);
    expect(await entriesSince(before)).toMatchObject([{ action }, { action }]);
  });
});

const repeatable = auditedCases.filter(({ again }) => again !== 'another');

test.each(repeatable)(
  '$action has no other entry when it is requested again (P4)',
  async ({ prepare, again }) => {
    const { ask } = await prepare(warden);
    await ask();
    const before = await look();
    const { status } = await ask();
    if (again === 'refused') expect(status).toBe(404);
    else expect(status).toBeLessThan(300);
    expect(await look()).toEqual(before);
  },
);

test('a request for something that does not exist or has ended has no entry', async () => {
  const workflow = warden.newWorkflow();
  const path = `/v1/workflows/${workflow}`;
  await warden.request('PUT', path, { body: {} });
  await warden.register(workflow, 'a', { timeout: 3_600 });
  const ended = await failedItems(warden, ['a']);
  const { id } = (await startRedrive(warden, ended)).json;
  await changeRedrive(warden, ended, id, 'abort');
  const { entries } = await look();
  const statuses = [
    (await warden.request('DELETE', `${path}/silence`)).status,
    (await warden.request('DELETE', `/v1/workflows/${warden.newWorkflow()}/silence`)).status,
    (await warden.request('DELETE', path)).status,
    (await warden.request('DELETE', '/v1/tokens/000000000001')).status,
    (await warden.request('PATCH', `/v1/incidents/${'0'.repeat(20)}`, { body: { acknowledged: true } }))
      .status,
    (await changeRedrive(warden, ended, id, 'pause')).status,
    (await changeRedrive(warden, ended, '0'.repeat(20), 'pause')).status,
    (await warden.request('POST', `${path}/discards`, { body: { token: '0'.repeat(20) } })).status,
    (await warden.request('POST', `${path}/discards`, { body: { dryRun: true } })).status,
    (await startRedrive(warden, workflow, { dryRun: true })).status,
    (await startRedrive(warden, workflow, { timeout: 'P367D' })).status,
  ];
  expect(statuses).toEqual([204, 404, 409, 404, 404, 409, 404, 404, 200, 200, 422]);
  expect((await look()).entries).toEqual(entries);
});

test('an action that is retried because others changed the record has one entry', async () => {
  const workflow = await failedItems(warden, ['a']);
  const { id } = (await startRedrive(warden, workflow)).json;
  const { entries } = await look();
  const { redrives } = warden.aws.service;
  const replace = redrives.replace.bind(redrives);
  let lost = 0;
  redrives.replace = async (...change) => (lost++ < 2 ? undefined : replace(...change));
  const { status } = await changeRedrive(warden, workflow, id, 'pause');
  redrives.replace = replace;
  expect([status, lost]).toEqual([200, 3]);
  expect(await entriesSince({ entries })).toHaveLength(1);
});

describe('without a caller', () => {
  /** Two requests for a first token: an invocation of the function, and the start of the local service. */
  const firstTokens = [
    [
      'invocation',
      async () => {
        const request = { name: 'first', scopes: ['read'], workflows: ['*'] };
        await createInvocable(warden.aws.service)(request);
      },
    ],
    ['start', () => ensureAdminToken(warden.aws.service, () => {})],
  ] as const;

  test.each(firstTokens)('a token created by %s has an entry, or is not created', async (by, make) => {
    const before = await look();
    await expect(whileFault('refused', make)).rejects.toThrow('nothing was done');
    expect(await look()).toEqual(before);
    await make();
    const after = await look();
    const known = new Set(before.effects.map(({ name }) => name));
    const made = after.effects.filter(({ kind, name }) => kind === 'token' && !known.has(name));
    expect(made).toMatchObject([{ createdBy: by }]);
    expect(await entriesSince(before)).toEqual([
      { by, action: 'token-created', workflow: undefined, subject: made[0]?.name },
    ]);
  });

  test.each([
    ['whose entry is refused', 'refused'],
    ['whose sweep stops after its entry', 'stops'],
  ] as const)(
    'an automatic redrive without an entry, %s, is not started, and the next sweep starts it with one',
    async (_, kind) => {
      const workflow = await failedItems(warden, ['a']);
      const body = { idempotent: true, redrive: { automatic: { max: 3, after: 60 } } };
      await warden.request('PUT', `/v1/workflows/${workflow}`, { body });
      warden.clock.advance(61_000);
      const { entries } = await look();
      await expect(whileFault(kind, () => sweepOne(warden, workflow))).rejects.toThrow();
      const redrives = async () =>
        (await look()).effects.filter((record) => record.kind === 'redrive' && record.workflow === workflow);
      expect(await redrives()).toEqual([]);
      await sweepOne(warden, workflow);
      const [redrive] = await redrives();
      const made = await entriesSince({ entries });
      expect(made).toHaveLength(kind === 'stops' ? 2 : 1);
      const entry = { by: 'automatic', action: 'redrive-started', workflow, subject: redrive?.id };
      expect(made).toContainEqual(entry);
    },
  );
});
