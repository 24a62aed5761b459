import { createInterface } from 'node:readline';
import type { Client } from '../client.ts';
import type { ItemOperation, ItemResult } from '../spool/spool.ts';
import type { Context } from './context.ts';
import { exitCodeOfStatus } from './exit-codes.ts';
import type { NamedItem } from './named-item.ts';
import { writeJson, writeLine } from './output.ts';

/** As many as a batch takes. */
const chunkSize = 100;

/** What a command does to an item. */
export interface ItemWork<Reply> {
  /** The call for one item. */
  call: (client: Client<undefined>, workflow: string, item: string) => Promise<Reply>;
  /** The same as a part of a batch, for ids from standard input. */
  operation: (item: string) => ItemOperation;
  /** The outcome for people, in a line after the id. */
  text: (reply: Reply) => string;
}

/**
 * Does the work for the item that `-i` names, or with `-i -` for every id on standard input, 100 at a time. Prints a
 * line for each. An item that is refused stops no other; the exit code is that of the first refusal. Throws a
 * WardenError.
 */
export async function workOnItems<Reply>(
  context: Context,
  { workflow, item }: NamedItem,
  work: ItemWork<Reply>,
): Promise<void> {
  if (item !== '-') {
    const reply = await work.call(await context.client(), workflow, item);
    return context.json
      ? writeJson(context.stdout, reply)
      : writeLine(context.stdout, `${item}  ${work.text(reply)}`);
  }
  let chunk: string[] = [];
  for await (const line of createInterface({ input: context.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue;
    chunk.push(line);
    if (chunk.length < chunkSize) continue;
    await workOnChunk(context, workflow, chunk, work);
    chunk = [];
  }
  if (chunk.length > 0) await workOnChunk(context, workflow, chunk, work);
}

async function workOnChunk<Reply>(
  context: Context,
  workflow: string,
  items: readonly string[],
  work: ItemWork<Reply>,
): Promise<void> {
  const client = await context.client();
  const { results } = await client.call('batch', {
    path: { workflow },
    body: { operations: items.map(work.operation) },
    signal: context.signal,
  });
  for (const [index, result] of results.entries()) {
    const item = items[index] ?? '';
    if (context.json) await writeJson(context.stdout, { item, ...result });
    if (isProblem(result)) {
      context.warn(`${item}: ${result.detail}`);
      context.exitWith(exitCodeOfStatus(result.status));
    } else if (!context.json) {
      await writeLine(context.stdout, `${item}  ${work.text(result as Reply)}`);
    }
  }
}

function isProblem(result: ItemResult): result is Extract<ItemResult, { code: string }> {
  return result.status >= 300;
}
