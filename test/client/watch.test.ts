import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ClientOptions, createClient } from '../../client/client.ts';
import type { Trouble } from '../../client/trouble.ts';
import type { WardenError } from '../../client/warden-error.ts';
import { BrokenProxy } from '../support/broken-proxy.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let proxy: BrokenProxy;
let workflow: string;
let told: [string, Trouble][];
beforeAll(async () => {
  warden = await startWarden();
  proxy = await BrokenProxy.start(warden.url);
});
afterAll(async () => {
  await proxy.away();
  await warden.close();
});
beforeEach(() => {
  workflow = warden.newWorkflow();
  told = [];
});
afterEach(() => {
  proxy.draw = () => 'none';
});

const onError = (error: WardenError, trouble: Trouble) => told.push([error.code, trouble]);
// The pauses between tries are drawn as 0: these tests are about what happens, not when.
const client = (options: Partial<ClientOptions<undefined>> = {}) =>
  createClient({ url: proxy.url, onError, random: () => 0, ...options });
const whileAway = async <Value>(work: () => Promise<Value>) => {
  await proxy.away();
  try {
    return await work();
  } finally {
    await proxy.back();
  }
};

test('the item is waiting during the work and completed after it, and the result is that of the work', async () => {
  const result = await client().watch(
    workflow,
    'a',
    { timeout: 60, data: { n: 1 }, tags: { t: 'x' } },
    async (watched) => {
      await watched.step('copied', { tags: { t: 'y' } });
      await watched.progress(41, 90);
      expect((await warden.read(workflow, 'a')).json.progress).toBe(41);
      await watched.progress('page-2');
      await watched.extend(120);
      const { json } = await warden.read(workflow, 'a');
      expect(json).toMatchObject({
        state: 'waiting',
        run: watched.run,
        step: 'copied',
        progress: 'page-2',
        tags: { t: 'y' },
      });
      expect(Date.parse(json.deadline) - warden.clock.now()).toBe(120_000);
      expect(watched).toMatchObject({ registered: 'registered', reply: { outcome: 'created' } });
      return 42;
    },
  );
  expect(result).toBe(42);
  expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'completed', attempt: 1 });
  expect(told).toEqual([]);
});

test('steps that are not awaited arrive in order, before the completion', async () => {
  await client().watch(workflow, 'a', { timeout: 60 }, ({ step }) => {
    for (const name of ['1', '2', '3']) void step(name);
  });
  expect(told).toEqual([]);
  expect((await warden.read(workflow, 'a')).json.state).toBe('completed');
});

describe('if the work throws', () => {
  const thrown = Object.assign(new RangeError('card 4111 refused'), { code: 'ENOSPC' });
  const work = () => Promise.reject(thrown);

  test('the item has failed, and the error of the work is thrown', async () => {
    await expect(client().watch(workflow, 'a', { timeout: 60 }, work)).rejects.toBe(thrown);
    // Its message may quote data, and people receive reasons in notifications (P9).
    expect((await warden.read(workflow, 'a')).json).toMatchObject({
      state: 'failed',
      failure: { type: 'RangeError', reason: 'the work threw RangeError with the code ENOSPC' },
    });
  });

  test('the reason is what reasonOf returns, or the default if reasonOf throws', async () => {
    for (const [item, reasonOf, reason] of [
      ['a', (error: unknown) => (error as Error).message, 'card 4111 refused'],
      ['b', () => (undefined as unknown as string).trim(), 'the work threw RangeError with the code ENOSPC'],
    ] as const) {
      await expect(client().watch(workflow, item, { timeout: 60, reasonOf }, work)).rejects.toBe(thrown);
      expect((await warden.read(workflow, item)).json.failure.reason).toBe(reason);
    }
  });

  test('its error is thrown even if the failure cannot be reported and onError throws', async () => {
    const failing = client({ onError: 'throw' }).watch(workflow, 'a', { timeout: 60 }, async () => {
      await proxy.away();
      throw thrown;
    });
    await expect(failing).rejects.toBe(thrown);
    await proxy.back();
  });

  test.each([
    ['a text', 'oops', 'string'],
    ['nothing', undefined, 'undefined'],
    [
      'an error with a long name',
      Object.assign(new Error(), { name: `${'x'.repeat(200)}\n` }),
      'x'.repeat(128),
    ],
  ])('with %s, the item has a type all the same', async (_, error, type) => {
    const failing = client().watch(workflow, 'a', { timeout: 60 }, () => Promise.reject(error));
    await expect(failing.catch((caught) => [caught])).resolves.toEqual([error]);
    expect((await warden.read(workflow, 'a')).json.failure.type).toBe(type);
  });
});

test('work that is begun again after a crash takes the place of the run that died, and its end is no false alarm (P2)', async () => {
  await warden.register(workflow, 'a', { timeout: 60, run: 'died' });
  const done = await client().watch(workflow, 'a', { timeout: 60 }, ({ registered, reply }) => [
    registered,
    reply?.outcome,
  ]);
  expect(done).toEqual(['registered', 'restarted']);
  expect((await warden.read(workflow, 'a')).json.state).toBe('completed');
  // The run that died was not dead after all: it ends nothing any more.
  expect((await warden.request('DELETE', `${warden.itemPath(workflow, 'a')}&run=died`)).status).toBe(412);
  expect(told).toEqual([]);
});

describe('if the warden refuses the registration', () => {
  test('the work is done unwatched, and onError is told once', async () => {
    await warden.register(workflow, 'a', { timeout: 60, run: 'another' });
    const options = { timeout: 60, restart: false };
    const registered = await client().watch(workflow, 'a', options, async (watched) => {
      await watched.step('s');
      return watched.registered;
    });
    expect(registered).toBe('unwatched');
    expect(told).toEqual([['other-run-waiting', { operation: 'register', workflow, item: 'a' }]]);
    expect((await warden.read(workflow, 'a')).json).toMatchObject({
      state: 'waiting',
      run: 'another',
      steps: [],
    });
  });

  test('the work is not done if onError is "throw" or throws', async () => {
    for (const onError of ['throw', fail] as const) {
      let isDone = false;
      const watching = client({ onError }).watch(workflow, 'a', { timeout: -1 }, () => {
        isDone = true;
      });
      await expect(watching).rejects.toMatchObject({ code: 'deadline-out-of-range' });
      expect(isDone).toBe(false);
    }
  });
});

describe('if the warden is away', () => {
  test('the work is done unwatched by default', async () => {
    const seen = await whileAway(() =>
      client().watch(workflow, 'a', { timeout: 60 }, ({ registered, reply }) => ({ registered, reply })),
    );
    expect(seen).toEqual({ registered: 'unwatched', reply: undefined });
    expect(told.map(([code, { operation }]) => [code, operation])).toEqual([
      ['unreachable', 'register'],
      ['unreachable', 'complete'],
    ]);
  });

  test('the work is not done with onUnavailable "throw"', async () => {
    const watching = whileAway(() =>
      client({ onUnavailable: 'throw' }).watch(workflow, 'a', { timeout: 60 }, () => 'done'),
    );
    await expect(watching).rejects.toMatchObject({ code: 'unreachable' });
    expect(told).toEqual([]);
  });

  test('an item that was registered although the reply was lost is completed (P2)', async () => {
    proxy.draw = () => 'reply-lost';
    await client({ tryTimeoutMs: 200 }).watch(workflow, 'a', { timeout: 60 }, async (watched) => {
      expect(watched.registered).toBe('unwatched');
      expect((await warden.read(workflow, 'a')).json.state).toBe('waiting');
      proxy.draw = () => 'none';
      // The circuit is open, and the clock is a real one: its first try comes after half a second.
      await new Promise((resolve) => setTimeout(resolve, 600));
    });
    expect((await warden.read(workflow, 'a')).json.state).toBe('completed');
  });

  test('a failure of an item that was never registered is no further trouble', async () => {
    await proxy.away();
    const watching = client().watch(workflow, 'a', { timeout: 60 }, async () => {
      await proxy.back();
      await new Promise((resolve) => setTimeout(resolve, 600));
      throw new Error('oops');
    });
    await expect(watching).rejects.toThrow('oops');
    expect(told.map(([, { operation }]) => operation)).toEqual(['register']);
  });
});

describe('watched.signal', () => {
  test('is aborted when another attempt takes the place of this one', async () => {
    await client().watch(workflow, 'b', { timeout: 60 }, async (watched) => {
      await warden.register(workflow, 'b', { timeout: 60, run: 'next', restart: true });
      await watched.step('s');
      expect(watched.signal).toMatchObject({ aborted: true, reason: { code: 'other-attempt' } });
    });
    expect((await warden.read(workflow, 'b')).json).toMatchObject({ state: 'waiting', run: 'next' });
  });

  test("follows the caller's, and a failure is reported all the same", async () => {
    const controller = new AbortController();
    const watching = client().watch(
      workflow,
      'a',
      { timeout: 60, signal: controller.signal },
      ({ signal }) => {
        controller.abort(new Error('stopped'));
        signal.throwIfAborted();
      },
    );
    await expect(watching).rejects.toThrow('stopped');
    expect((await warden.read(workflow, 'a')).json.state).toBe('failed');
  });

  test('an abort before the registration ends the watch without the work', async () => {
    const signal = AbortSignal.abort();
    const watching = client().watch(workflow, 'a', { timeout: 60, signal }, () => 'done');
    await expect(watching).rejects.toMatchObject({ code: 'aborted' });
  });
});

test('a run that was completed before is told to the work', async () => {
  const watch = () =>
    client().watch(workflow, 'a', { timeout: 60, run: 'message 7' }, ({ reply }) => reply?.outcome);
  expect(await watch()).toBe('created');
  expect(await watch()).toBe('completed');
});

function fail(error: Error): never {
  throw error;
}
