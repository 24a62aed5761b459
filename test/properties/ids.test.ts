// No id becomes another one on its way to the service (P1, P7).

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { completeContract } from '../../core/contract/item.ts';
import { ItemPath, PlainItemPath } from '../../core/contract/item-path.ts';
import { ItemId } from '../../core/contract/names.ts';
import type { HttpContract } from '../../core/contract/operation.ts';
import { itemPath } from '../../core/contract/query-form.ts';
import { registerContract } from '../../core/contract/registration.ts';
import { type Operation, routes } from '../../core/contract/routes.ts';
import { parseRequest } from '../../core/lambda/http-request.ts';
import { ProblemError } from '../../core/problem-error.ts';
import { decodePath } from '../../local/http-bridge/decode-path.ts';
import { parseTarget, RefusedRequest } from '../../local/http-bridge/request.ts';
import { compileRoutes } from '../../local/http-bridge/routes.ts';
import { nearId, nearPair } from '../support/near-ids.ts';
import { redriveOf, startedRedrive, withoutWaiting } from '../support/redrives.ts';
import { sized } from '../support/sized.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

const findRoute = compileRoutes<(typeof routes)[number]>(routes);
const isId = (id: string) => ItemId.safeParse(id).success;
const isPlain = (item: string) => PlainItemPath.safeParse({ workflow: 'w', item }).success;

type Gateway = (rawPath: string) => string;
const asIs: Gateway = (rawPath) => rawPath;
/** How HTTP APIs treat a `+` in a path is not known. */
const plusIsBlank: Gateway = (rawPath) => rawPath.replaceAll('+', ' ');

/** The item on which the operation is carried out; undefined if it is refused. */
function arrived(operation: Operation, target: string, guard?: string, gateway = asIs): string | undefined {
  // Most are refused, and the stack traces of the errors would take half of the time.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const contract: HttpContract = operation === 'register' ? registerContract : completeContract;
  const method = operation === 'register' ? 'PUT' : 'DELETE';
  try {
    const { path, query } = parseTarget(target);
    const rawPath = gateway(decodePath(path));
    const match = findRoute(method, rawPath);
    if (match?.route.operation !== operation) return undefined;
    const request = parseRequest(contract, {
      rawPath,
      rawQueryString: query,
      pathParameters: match.pathParameters,
      headers: {},
      body: JSON.stringify({ timeout: 60, item: guard }),
      isBase64Encoded: false,
      requestContext: { requestId: 'r', http: { method } },
    });
    return z.parse(ItemPath, request.path).item;
  } catch (error) {
    if (error instanceof RefusedRequest) return undefined;
    if (error instanceof ProblemError && error.status === 400) return undefined;
    throw error;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The same id in every encoding that clients use. */
function encodings(id: string): string[] {
  const bytes = [...Buffer.from(id.toWellFormed())];
  return [
    encodeURIComponent(id.toWellFormed()),
    new URLSearchParams({ id }).toString().slice('id='.length),
    bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    encodeURIComponent(id.toWellFormed())
      .replaceAll('%2F', '/')
      .replaceAll('%3F', '?')
      .replaceAll('%3A', ':'),
  ];
}

const pairs = sized(4_000, 10_000);

describe(`of ${pairs} pairs of similar ids`, () => {
  test('in the query form each arrives unchanged, or is refused because it is not an id', () => {
    let both = 0;
    fc.assert(
      fc.property(nearPair, (pair) => {
        const wanted = pair.map((id) => (isId(id) ? id : undefined));
        for (const [index, id] of pair.entries()) {
          for (const encoded of new Set(encodings(id))) {
            const item = arrived('complete', `/v1/workflows/w/item?id=${encoded}`);
            // An assertion for each of tens of thousands of requests would take longer than the requests.
            if (item !== wanted[index]) expect(item).toBe(wanted[index]);
          }
        }
        if (!wanted.includes(undefined)) both++;
      }),
      { numRuns: pairs },
    );
    expect(both).toBeGreaterThan(pairs / 10);
  });

  test('in the path form a plain id arrives unchanged, and none arrives as another if the body names it', () => {
    let both = 0;
    fc.assert(
      fc.property(nearPair, (pair) => {
        const plain = pair.map((id) => {
          const [once = '', , all = ''] = encodings(id);
          const ways = new Set([once, once.replaceAll('%2F', '/'), all, encodeURIComponent(once)]);
          const mustArrive = isPlain(id);
          for (const way of ways) {
            for (const gateway of id.includes('+') ? [asIs, plusIsBlank] : [asIs]) {
              const target = `/v1/workflows/w/items/${way}`;
              const guarded = arrived('register', target, id, gateway);
              if (guarded !== id && (guarded !== undefined || mustArrive)) expect(guarded).toBe(id);
              const item = arrived('complete', target, undefined, gateway);
              // A path that was cut or decoded twice on the way does not show it: such ids are not plain.
              if (item !== id && item !== undefined) expect(mustArrive).toBe(false);
              if (way === once && gateway === asIs && mustArrive && item !== id) expect(item).toBe(id);
            }
          }
          return mustArrive;
        });
        if (plain.every(Boolean)) both++;
      }),
      { numRuns: pairs },
    );
    expect(both).toBeGreaterThan(pairs / 50);
  });
});

describe('over the wire', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
    withoutWaiting(warden);
  });
  afterAll(() => warden.close());

  test('hundreds of similar ids are registered, read, listed, exported, resumed and completed', async () => {
    const sampled = fc.sample(nearPair, 150).flat().filter(isId);
    const ids = [...new Set(sampled)];
    expect(ids.length).toBeGreaterThan(100);
    const workflow = warden.newWorkflow();
    const half = Math.floor(ids.length / 2);
    for (const id of ids.slice(0, half)) {
      const body = { timeout: 60, item: id, data: { id } };
      expect(await warden.request('PUT', itemPath(workflow, id), { body })).toMatchObject({
        status: 201,
        json: { item: id },
      });
    }
    const operations = ids
      .slice(half)
      .map((item) => ({ op: 'register', item, timeout: 60, data: { id: item } }));
    for (let start = 0; start < operations.length; start += 100) {
      const body = { operations: operations.slice(start, start + 100) };
      const { json } = await warden.request('POST', `/v1/workflows/${workflow}/batch`, { body });
      expect(json.results.map(({ status }: { status: number }) => status)).toEqual(
        body.operations.map(() => 201),
      );
    }
    for (const id of ids)
      expect((await warden.read(workflow, id)).json).toMatchObject({ item: id, data: { id } });
    expect((await listed(workflow)).toSorted()).toEqual(ids.toSorted());
    const first = ids.slice(0, 50);
    const asked = first.map((id) => `id=${encodeURIComponent(id)}`).join('&');
    const found = await warden.request('GET', `/v1/workflows/${workflow}/items?${asked}`);
    expect(found.json.items.map(({ item }: { item: string }) => item).toSorted()).toEqual(first.toSorted());
    expect((await exported(workflow)).toSorted()).toEqual(ids.toSorted());

    await warden.pass(61_000);
    for (const body of [{ ids: first, rate: 1_000 }, { rate: 1_000 }]) {
      const redrive = await startedRedrive(warden, workflow, body);
      await warden.functions.runRedrives();
      expect(await redriveOf(warden, workflow, redrive)).toMatchObject({ state: 'done', failed: 0 });
    }
    const resumed = await warden.redriven(workflow);
    for (const { item, data } of resumed) expect(data).toEqual({ id: item });
    expect(resumed.map(({ item }) => item).toSorted()).toEqual(ids.toSorted());
    for (const id of ids) expect((await warden.complete(workflow, id)).status).toBe(200);
    expect(await listed(workflow)).toEqual([]);
  });

  test('in a path an id reaches its own item, or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(nearId.filter(isId), async (id) => {
        const workflow = warden.newWorkflow();
        const target = `/v1/workflows/${workflow}/items/${encodeURIComponent(id)}`;
        const body = { timeout: 60, item: id };
        const { status } = await warden.request('PUT', target, { body });
        expect(status).toBe(isPlain(id) ? 201 : status === 404 ? 404 : 400);
        expect((await warden.read(workflow, id)).status).toBe(status === 201 ? 200 : 404);
        expect(await listed(workflow)).toEqual(status === 201 ? [id] : []);
      }),
      { numRuns: 100 },
    );
  });

  async function listed(workflow: string): Promise<string[]> {
    const items: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const { json } = await warden.request('GET', `/v1/workflows/${workflow}/items?limit=200${query}`);
      items.push(...(json.items ?? []).map(({ item }: { item: string }) => item));
      cursor = json.cursor;
    }
    return items;
  }

  async function exported(workflow: string): Promise<string[]> {
    const items: string[] = [];
    for (let query: string | undefined = '?format=jsonl&limit=200'; query !== undefined; ) {
      const { text, headers } = await warden.request('GET', `/v1/workflows/${workflow}/items${query}`);
      for (const line of text.split('\n').filter(Boolean)) {
        const { item, data } = JSON.parse(line);
        expect(data).toEqual({ id: item });
        items.push(item);
      }
      query = /<([^>]+)>/.exec(String(headers.link ?? ''))?.[1];
    }
    return items;
  }
});
