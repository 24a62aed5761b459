import pLimit from 'p-limit';
import { type JsonText, memberText } from '../../../core/json-text.ts';
import type { Caller } from './caller.ts';

/** Items, some of which an outage loses, spread evenly among the others. */
export interface OutageItems {
  workflow: string;
  items: number;
  lost: number;
  /** After how many seconds the lost items go overdue. */
  lostAfter: number;
}

const perBatch = 100;
/** Batches at the same time. */
const parallel = 4;

export function itemName(index: number): string {
  return `scans/2026 ü/${index}`;
}

export function isLost({ items, lost }: OutageItems, index: number): boolean {
  return Math.floor(((index + 1) * lost) / items) > Math.floor((index * lost) / items);
}

/** Different data for each item, of a few hundred bytes, with values that parsing JSON or recoding text would lose. */
export function dataText(index: number): JsonText {
  const order = 9_007_199_254_740_993n + BigInt(index) * 10n ** 12n;
  const path = `s3://in/${'x'.repeat((index % 7) * 40)}/${index}.tiff`;
  return `{"order":${order},"price":1.10,"place":"Zürich 東京 🚚 \\u0000 ${index}","path":"${path}","n":[${index},-0]}` as JsonText;
}

/** SNS may send a character or its escape: both mean the same. */
export function isSameData(text: string | undefined, index: number): boolean {
  return text !== undefined && unescaped(text) === unescaped(dataText(index));
}

/** Registers all items by batch, in order except for a few batches at the same time. */
export async function registerAll(caller: Caller, all: OutageItems): Promise<void> {
  const starts = Array.from({ length: Math.ceil(all.items / perBatch) }, (_, batch) => batch * perBatch);
  await pLimit(parallel).map(starts, async (start) => {
    const operations = Array.from({ length: Math.min(perBatch, all.items - start) }, (_, offset) => {
      const index = start + offset;
      const timeout = isLost(all, index) ? all.lostAfter : 86_400;
      const item = JSON.stringify(itemName(index));
      return `{"op":"register","item":${item},"timeout":${timeout},"data":${dataText(index)}}`;
    });
    const body = `{"operations":[${operations.join(',')}]}`;
    const { status, text } = await caller.send('POST', `/v1/workflows/${all.workflow}/batch`, body);
    const created = text.match(/"status":201,/g)?.length;
    if (status !== 200 || created !== operations.length) {
      const registered = `${created} of ${operations.length} items`;
      throw new Error(`a batch was answered ${status} and registered ${registered}: ${text.slice(0, 1_000)}`);
    }
  });
}

/** The position of an item in the order of registration, from its name. */
export function indexOf(item: string): number {
  return Number(item.slice(item.lastIndexOf('/') + 1));
}

/**
 * Reads an export page by page and yields the lines of each page. The next page is already requested, as in any client.
 */
export async function* exportedPages(
  caller: Caller,
  workflow: string,
  query: string,
): AsyncGenerator<string[]> {
  const ask = (page: string) => caller.send('GET', `/v1/workflows/${workflow}/items?${page}`);
  let reply: ReturnType<typeof ask> | undefined = ask(`format=jsonl&${query}`);
  while (reply) {
    const { status, headers, text }: Awaited<ReturnType<typeof ask>> = await reply;
    if (status !== 200) throw new Error(`an export was answered ${status} ${text}`);
    const next: string | undefined = /<\?([^>]+)>; rel="next"/.exec(String(headers.link ?? ''))?.[1];
    reply = next === undefined ? undefined : ask(next);
    // A failure is thrown where the page is awaited, which is not reached if nobody reads on.
    reply?.catch(() => {});
    yield text.split('\n').filter((line) => line !== '');
  }
}

/** The faults of the items after all lost items were resumed once, read from an export. */
export async function faultsAfterwards(caller: Caller, all: OutageItems): Promise<string[]> {
  const faults: string[] = [];
  const seen = new Set<number>();
  for await (const lines of exportedPages(caller, all.workflow, 'limit=200')) {
    for (const line of lines) {
      const { item, state, attempt } = JSON.parse(line);
      const index = indexOf(item);
      const expected = isLost(all, index) ? 2 : 1;
      if (item !== itemName(index) || index >= all.items) faults.push(`${item} was never registered`);
      if (seen.has(index)) faults.push(`${item} is listed twice`);
      if (state !== 'waiting' || attempt !== expected) faults.push(`${item} is ${state}, attempt ${attempt}`);
      if (!isSameData(memberText(line, 'data'), index)) faults.push(`${item} has other data: ${line}`);
      seen.add(index);
    }
  }
  if (seen.size !== all.items) faults.push(`${all.items - seen.size} items are lost`);
  return faults;
}

function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
