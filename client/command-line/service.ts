import type { ReplyOf, RequestOf } from '../../core/contract/calls.ts';
import type { Operation } from '../../core/contract/routes.ts';
import type { Context } from './context.ts';
import { exactJson } from './exact-json.ts';

/** Calls an operation of the chosen warden. Throws a WardenError. */
export async function call<Name extends Operation>(
  context: Context,
  operation: Name,
  request: RequestOf<Name>,
): Promise<ReplyOf<Name>> {
  const client = await context.client();
  return client.call(operation, request);
}

/** An item, and the same as a value that JSON.stringify writes with the numbers in its data as they were registered. */
export async function readExactly(
  context: Context,
  workflow: string,
  item: string,
): Promise<{ item: ReplyOf<'read'>; exact: { data?: unknown } }> {
  let text = '';
  const client = await context.client({
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      text = await response.clone().text();
      return response;
    },
  });
  const found = await client.get(workflow, item);
  return { item: found, exact: exactJson(text) as { data?: unknown } };
}

/** Every page of a list, until its `cursor` ends. */
export async function* pagesOf<Page extends { cursor?: string | undefined }>(
  read: (cursor: { cursor?: string }) => Promise<Page>,
): AsyncGenerator<Page> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor === undefined ? {} : { cursor });
    yield page;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** The results of the calls, at most ten at a time, in the order of their inputs. */
export async function tenAtATime<One, Result>(
  all: readonly One[],
  work: (one: One) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < all.length; start += 10) {
    results.push(...(await Promise.all(all.slice(start, start + 10).map(work))));
  }
  return results;
}
