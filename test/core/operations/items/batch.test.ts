import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../../../core/contract/limits.ts';
import { batchStatus } from '../../../../core/operations/items/batch.ts';
import { Faults } from '../../../support/faults.ts';
import type { Reply } from '../../../support/request-in-process.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { endsOf } from '../../../support/sweep-one.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
let faults: Faults;
let early = false;
beforeAll(async () => {
  warden = await startWarden({ jitterMs: 3_600_000, random: () => (early ? 0 : 0.5) });
  faults = new Faults(warden);
});
afterEach(() => {
  faults.revive();
  endThrottling();
});
afterAll(() => warden.close());

function send(workflow: string, operations: unknown): Promise<Reply> {
  return warden.request('POST', `/v1/workflows/${workflow}/batch`, { body: { operations } });
}

async function results(workflow: string, operations: unknown): Promise<Reply['json'][]> {
  const { status, json } = await send(workflow, operations);
  expect(status).toBe(batchStatus(json.results));
  return json.results;
}

const register = (item: string, timeout = 60) => ({ op: 'register', item, timeout });
const statuses = (replies: Reply['json'][]) => replies.map(({ status }) => status);
const timersMade = () => faults.calls.filter((call) => call === 'CreateScheduleCommand').length;
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `i${from + index}`);

/** The items whose breach was published, each as often as it was. */
async function ended(workflow: string): Promise<string[]> {
  const ends = endsOf(await warden.events(workflow));
  return [...new Map(ends.map(({ id, item }) => [id, item])).values()].toSorted();
}

/** AWS throttles these calls. */
function throttle(isThrottled: (call: string, input: string) => boolean): void {
  for (const client of [
    warden.aws.dynamodb,
    warden.aws.scheduler,
  ] as unknown as (typeof warden.aws.dynamodb)[]) {
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          isThrottled(String(commandName), JSON.stringify(args.input))
            ? Promise.reject(Object.assign(new Error('too busy'), { name: 'ThrottlingException' }))
            : next(args),
      { step: 'initialize', name: 'throttle' },
    );
  }
}

function endThrottling(): void {
  for (const { middlewareStack } of [warden.aws.dynamodb, warden.aws.scheduler])
    middlewareStack.remove('throttle');
}

describe('users 9: the status of a batch', () => {
  const created = register('a');
  const missing = { op: 'complete', item: 'missing' };

  test('is 200 if every operation succeeded, 207 if some did, 400 if none did', async () => {
    const workflow = warden.newWorkflow();
    expect((await send(workflow, [created, created])).status).toBe(200);
    expect((await send(workflow, [created, missing, { op: 'register' }])).status).toBe(207);
    const refused = await send(workflow, [missing, { op: 'register', item: 'b' }, { operation: 'register' }]);
    expect(refused).toMatchObject({ status: 400, headers: { 'content-type': 'application/json' } });
    expect(statuses(refused.json.results)).toEqual([404, 422, 400]);
  });

  test('is 503 if none succeeded and one may be repeated, so that nobody takes it for bad input', () => {
    expect(batchStatus([{ status: 503 }, { status: 404 }])).toBe(503);
    expect(batchStatus([{ status: 500 }])).toBe(503);
    expect(batchStatus([{ status: 503 }, { status: 201 }])).toBe(207);
  });
});

describe('a batch', () => {
  test('returns a result for each of its operations in order, as if it had come alone', async () => {
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'old', { timeout: 60 });
    const replies = await results(workflow, [
      register('a'),
      { op: 'complete', item: 'old' },
      { op: 'progress', item: 'a', step: 'copied', attempt: 1 },
      register('b'),
      register('a'),
    ]);
    expect(replies).toMatchObject([
      { status: 201, outcome: 'created', item: 'a' },
      { status: 200, outcome: 'on-time', attempt: 1 },
      { status: 200, item: 'a', step: 'copied' },
      { status: 201, outcome: 'created', item: 'b' },
      { status: 200, outcome: 'unchanged', item: 'a', step: 'copied' },
    ]);
    const alone = await warden.register(workflow, 'b', { timeout: 60 });
    expect(replies[3]).toEqual({ ...alone.json, status: 201, outcome: 'created' });
  });

  test('carries out the operations on one item in order, also if it is registered twice', async () => {
    const workflow = warden.newWorkflow();
    const replies = await results(workflow, [
      { ...register('a'), run: 'r1' },
      { op: 'complete', item: 'a' },
      { ...register('a'), run: 'r2' },
      { ...register('a', 120), run: 'r3', restart: true },
      { op: 'complete', item: 'a', attempt: 1 },
    ]);
    expect(replies).toMatchObject([
      { outcome: 'created', run: 'r1' },
      { outcome: 'on-time' },
      { outcome: 'created', run: 'r2' },
      { outcome: 'restarted', run: 'r3', attempt: 3 },
      { status: 412, code: 'other-attempt' },
    ]);
    await warden.pass(121_000);
    expect(await ended(workflow)).toEqual(['a']);
  });

  test('with a bad operation carries out the others, and names the member of each fault (P7, P8)', async () => {
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'busy', { timeout: 60, run: 'r1' });
    const bad: [unknown, number, string, string?][] = [
      [{ op: 'explode', item: 'x' }, 400, 'invalid-request', 'op'],
      [{ item: 'x' }, 400, 'invalid-request', 'op'],
      [{ op: '__proto__', item: 'x' }, 400, 'invalid-request', 'op'],
      [{ op: 'toString', item: 'x' }, 400, 'invalid-request', 'op'],
      [null, 400, 'invalid-request', 'op'],
      ['register', 400, 'invalid-request', 'op'],
      [[], 400, 'invalid-request', 'op'],
      [{ op: 'register', timeout: 60 }, 400, 'invalid-request', 'item'],
      [{ ...register('x'), tags: { 'a b': '' } }, 400, 'invalid-request', 'tags.a b'],
      [{ ...register('x'), nonsense: 1 }, 400, 'invalid-request', 'nonsense'],
      [{ ...register('x'), attempt: 1 }, 400, 'invalid-request', 'attempt'],
      [{ ...register('x'), data: 'x'.repeat(limits.dataBytes) }, 413, 'data-too-large', 'data'],
      [register('x', 1e9), 422, 'deadline-out-of-range', 'timeout'],
      [{ op: 'register', item: 'x' }, 422, 'deadline-missing'],
      [{ ...register('busy'), run: 'r2' }, 409, 'other-run-waiting'],
      [{ op: 'progress', item: 'busy' }, 400, 'invalid-request', ''],
      [{ op: 'progress', item: 'busy', attempt: 0, step: 's' }, 400, 'invalid-request', 'attempt'],
      [{ op: 'progress', item: 'busy', run: 'r2', step: 's' }, 412, 'other-attempt'],
      [{ op: 'progress', item: 'none', step: 's' }, 404, 'item-not-found'],
      [{ op: 'complete', item: 'none' }, 404, 'item-not-found'],
      [{ op: 'complete', item: 'busy', data: 1 }, 400, 'invalid-request', 'data'],
    ];
    const operations = bad.flatMap(([operation], index) => [operation, register(`good-${index}`)]);
    const replies = await results(workflow, operations);
    expect(replies).toHaveLength(2 * bad.length);
    for (const [index, [operation, status, code, path]] of bad.entries()) {
      const given = JSON.stringify(operation).slice(0, 100);
      const { status: answered, code: said, errors } = replies[2 * index];
      expect([given, answered, said]).toEqual([given, status, code]);
      if (path !== undefined) expect([given, errors[0].path]).toEqual([given, path]);
      expect(replies[2 * index + 1]).toMatchObject({ status: 201, item: `good-${index}` });
    }
  });

  test.each([
    ['{"op":"register","item":"x","timeout":60,"__proto__":{"run":"r"}}', '__proto__'],
    ['{"op":"register","item":"x","timeout":60,"tags":{"__proto__":"r"}}', 'tags.__proto__'],
    ['{"__proto__":{"op":"complete"},"item":"x"}', 'op'],
  ])('refuses %s alone and names its field (P7)', async (operation, path) => {
    const workflow = warden.newWorkflow();
    const text = `{"operations":[${operation},{"op":"register","item":"y","timeout":60}]}`;
    const { json } = await warden.request('POST', `/v1/workflows/${workflow}/batch`, { text });
    expect(json.results).toMatchObject([{ status: 400, errors: [{ path }] }, { status: 201 }]);
  });

  test('returns data exactly, whatever is next to it (P5)', async () => {
    const workflow = warden.newWorkflow();
    const data = [
      '12345678901234567890',
      '{ "a" : -0, "a": 1e400, "__proto__": [ "\\u00e4" ] }',
      '"]}, {\\"op\\":\\"x\\",\\\\"',
      '"\u{1f600} \u2028 ä"',
      'null',
    ];
    const operations = data.map(
      (text, index) => ` { "data" : ${text} ,\n"op":"register","item":"é,]}${index}","timeout":60 }`,
    );
    const text = `{ "operations" : [null, ${operations.join(' ,\n')} ] }`;
    const { json } = await warden.request('POST', `/v1/workflows/${workflow}/batch`, { text });
    expect(statuses(json.results)).toEqual([400, 201, 201, 201, 201, 201]);
    for (const [index, expected] of data.entries()) {
      expect((await warden.read(workflow, `é,]}${index}`)).text).toContain(`"data":${expected}}`);
    }
  });

  test.each([
    ['no operations', { operations: [] }, 400],
    ['101 operations', { operations: Array.from({ length: 101 }, () => register('x')) }, 400],
    ['something else', { operations: { 0: register('x') } }, 400],
    ['nothing', {}, 400],
    ['more than the body may hold', { operations: ['x'.repeat(limits.batchBytes)] }, 413],
  ])('of %s is refused as a whole, and nothing is done', async (_, body, status) => {
    const workflow = warden.newWorkflow();
    expect((await warden.request('POST', `/v1/workflows/${workflow}/batch`, { body })).status).toBe(status);
    expect((await warden.read(workflow, 'x')).status).toBe(404);
  });
});

describe('items of a batch', () => {
  test('with one deadline share a timer, which the completion of one leaves to the others (P1)', async () => {
    const workflow = warden.newWorkflow();
    faults.revive();
    await results(
      workflow,
      numbered(100).map((item) => register(item)),
    );
    expect(timersMade()).toBe(1);
    expect((await warden.complete(workflow, 'i50')).status).toBe(200);
    await results(workflow, [{ op: 'progress', item: 'i51', timeout: 600 }]);
    await warden.pass(61_000);
    const others = numbered(100).filter((item) => item !== 'i50' && item !== 'i51');
    expect(await ended(workflow)).toEqual(others.toSorted());
    expect((await warden.read(workflow, 'i51')).json.state).toBe('waiting');
    await warden.pass(600_000);
    expect(await ended(workflow)).toEqual(['i51']);
  });

  test('need ten timers for a thousand items', async () => {
    const workflow = warden.newWorkflow();
    faults.revive();
    for (let page = 0; page < 10; page++) {
      const operations = numbered(100, page * 100).map((item) => register(item, 86_400));
      expect(new Set(statuses(await results(workflow, operations)))).toEqual(new Set([201]));
    }
    expect(timersMade()).toBeLessThanOrEqual(10);
  });

  test('with different deadlines have timers of their own, and each is noticed at its own deadline (P1, P2)', async () => {
    const workflow = warden.newWorkflow();
    warden.clock.set(Math.ceil(warden.clock.now() / 1_000) * 1_000);
    faults.revive();
    await results(workflow, [register('a', 10), register('b', 20), register('c', 10), register('d', 30)]);
    expect(timersMade()).toBe(3);
    await warden.pass(10_000);
    expect(await ended(workflow)).toEqual(['a', 'c']);
    await warden.pass(10_000);
    expect(await ended(workflow)).toEqual(['b']);
    await warden.pass(10_000);
    expect(await ended(workflow)).toEqual(['d']);
  });

  test('are noticed even if their timer fired before they were written (P1)', async () => {
    const workflow = warden.newWorkflow();
    // The first Put after this is the item's.
    await warden.request('PUT', `/v1/workflows/${workflow}`, { body: {} });
    let fired = 0;
    faults.interleaveAt('PutItemCommand', async () => {
      fired = await warden.embedded.emulator.fireDue();
      // The timers that are armed now fire in time.
      early = false;
      await warden.eventSource.pollOnce();
    });
    early = true;
    await results(workflow, [register('a'), register('b'), register('c')]);
    expect([fired, early]).toEqual([1, false]);
    await warden.pass(121_000);
    expect(await ended(workflow)).toEqual(['a', 'b', 'c']);
  });

  test('are checked again with their timer if one of them fails, and nothing is doubled (P3, P8)', async () => {
    const workflow = warden.newWorkflow();
    await results(workflow, [register('a'), register('b'), register('c')]);
    const timer = (await warden.aws.service.items.readOpen(workflow, 'a'))?.timer;
    const message = { workflow, items: ['a', 'b', 'c'], timer, armedAt: '2026-01-01T00:00:00.000Z' };
    const check = async () => {
      const Records = [{ messageId: 'it', body: JSON.stringify(message) }];
      return (await warden.functions.checkTimers({ Records })).batchItemFailures;
    };
    const told = async () => (await warden.events(workflow)).map(({ event, item }) => `${event} ${item}`);
    warden.clock.advance(61_000);
    throttle((call, input) => call === 'UpdateItemCommand' && input.includes('"item":{"S":"b"}'));
    expect(await check()).toEqual([{ itemIdentifier: 'it' }]);
    expect((await told()).toSorted()).toEqual(['item.overdue a', 'item.overdue c']);
    const log = warden.logLines.filter((line) => line.includes('message failed')).at(-1) ?? '{}';
    expect(JSON.parse(log)).toMatchObject({ workflow, failedItems: 1, items: ['b'] });
    endThrottling();
    expect(await check()).toEqual([]);
    expect(await told()).toEqual(['item.overdue b']);
    expect(await check()).toEqual([]);
    expect(await told()).toEqual([]);
  });
});

describe('when AWS is throttled', () => {
  test('a batch retries the throttled calls, and does nothing twice', async () => {
    const workflow = warden.newWorkflow();
    let left = 3;
    throttle((call) => call === 'PutItemCommand' && left-- > 0);
    const replies = await results(workflow, [register('a'), register('b'), register('c')]);
    expect(replies.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created']);
    expect(left).toBeLessThan(0);
  });

  test('a timer is never armed in the past, however long the retries took', async () => {
    const workflow = warden.newWorkflow();
    let left = 1;
    throttle((call) => {
      const isThrottled = call === 'CreateScheduleCommand' && left-- > 0;
      if (isThrottled) warden.clock.advance(12_000);
      return isThrottled;
    });
    faults.revive();
    await results(workflow, [register('a', 10), register('b', 10)]);
    expect(left).toBeLessThan(0);
    const times = faults.inputs.flatMap((input) => {
      const { ScheduleExpression } = input as { ScheduleExpression?: string };
      return ScheduleExpression ? [Date.parse(`${ScheduleExpression.slice(3, -1)}Z`)] : [];
    });
    expect(times).toHaveLength(2);
    expect(times[1]).toBeGreaterThan(warden.clock.now());
    await warden.pass(12_000);
    expect(await ended(workflow)).toEqual(['a', 'b']);
  });

  test('for long, only the throttled items receive 503, which a repeat resolves', async () => {
    const workflow = warden.newWorkflow();
    await results(workflow, [register('old')]);
    throttle((call, input) => {
      const isThrottled = call === 'PutItemCommand' && input.includes('"item":{"S":"b"}');
      // As if the throttling had lasted longer than a batch retries.
      if (isThrottled) warden.clock.advance(15_000);
      return isThrottled;
    });
    const operations = [register('a', 600), register('c', 600), register('b', 600)];
    const replies = await results(workflow, [{ op: 'complete', item: 'old' }, ...operations]);
    expect(statuses(replies)).toEqual([200, 201, 201, 503]);
    expect(replies[3]).toMatchObject({ code: 'unavailable' });
    const log = warden.logLines.filter((line) => line.includes('part of a batch failed')).at(-1) ?? '{}';
    expect(JSON.parse(log)).toMatchObject({ workflow, item: 'b', error: 'ThrottlingException' });
    endThrottling();
    expect(statuses(await results(workflow, operations))).toEqual([200, 200, 201]);
    await warden.pass(601_000);
    expect(await ended(workflow)).toEqual(['a', 'b', 'c']);
  });
});

test('after an operation that may be retried no other of its item is carried out, so a repeat keeps their order (P1)', async () => {
  const workflow = warden.newWorkflow();
  await results(workflow, [register('a')]);
  throttle((call) => {
    const isThrottled = call === 'UpdateItemCommand';
    if (isThrottled) warden.clock.advance(15_000);
    return isThrottled;
  });
  const operations = [{ op: 'complete', item: 'a' }, register('a', 90)];
  const replies = await results(workflow, operations);
  expect(statuses(replies)).toEqual([503, 503]);
  expect(replies[1].detail).toContain('an earlier operation on this item failed');
  endThrottling();
  expect(statuses(await results(workflow, operations))).toEqual([200, 201]);
  await warden.pass(91_000);
  expect(await ended(workflow)).toEqual(['a']);
});

test('an operation without enough time receives 503 and is not started (P7)', async () => {
  const workflow = warden.newWorkflow();
  faults.revive();
  faults.interleaveAt('CreateScheduleCommand', async () => warden.clock.advance(15_000));
  const operations = [register('a', 600), { op: 'complete', item: 'b' }];
  const replies = await results(workflow, operations);
  expect(statuses(replies)).toEqual([503, 503]);
  expect(replies[0].detail).toContain('used up');
  expect(statuses(await results(workflow, operations))).toEqual([201, 404]);
});

test('a timer that no item needs is deleted (P4)', async () => {
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'busy', { timeout: 600, run: 'r1' });
  const left = (call: string) => faults.calls.filter((one) => one === call).length;
  const timers = () => left('CreateScheduleCommand') - left('DeleteScheduleCommand');
  const operations = [register('a', 600), register('b', 600), { ...register('busy', 600), run: 'r2' }];
  expect(statuses(await results(workflow, operations))).toEqual([201, 201, 409]);
  warden.clock.advance(5_000);
  faults.revive();
  for (let times = 0; times < 3; times++) {
    expect(statuses(await results(workflow, operations))).toEqual([200, 200, 409]);
  }
  expect([timersMade(), timers()]).toEqual([3, 0]);
});

describe('a batch that is stopped at any of its calls', () => {
  const operations = [register('a'), register('b', 90), register('c'), register('d')];

  async function run(crash?: { at: number; mode: 'before' | 'after' }): Promise<number> {
    const workflow = warden.newWorkflow();
    faults.revive();
    if (crash) faults.crashAt(crash.at, crash.mode);
    const first = await results(workflow, operations);
    const { calls, crashed } = faults;
    faults.revive();
    expect(crashed).toBe(crash !== undefined);
    const acknowledged = operations.flatMap(({ item }, at) => (first[at].status < 300 ? [item] : []));
    // A caller that received an error repeats the batch, or does not.
    const isRepeated = crash?.mode === 'after';
    if (isRepeated) expect(Math.max(...statuses(await results(workflow, operations)))).toBeLessThan(300);
    // If nothing was registered, not even the workflow is known.
    const { items = [] } = (await warden.request('GET', `/v1/workflows/${workflow}/items`)).json;
    const there = items.map(({ item }: { item: string }) => item);
    expect(there).toEqual(expect.arrayContaining(isRepeated || !crash ? ['a', 'b', 'c', 'd'] : acknowledged));
    await warden.pass(700_000);
    expect(await ended(workflow)).toEqual(there.toSorted());
    return calls.length;
  }

  test('leaves no item unwatched, and its repeat completes it (P1, P4)', async () => {
    const calls = await run();
    for (let at = 0; at < calls; at++) {
      for (const mode of ['before', 'after'] as const) await run({ at, mode });
    }
  });
});
