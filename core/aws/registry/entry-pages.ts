import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';
import { conditionExpression } from '../expression.ts';
import {
  type Attributes,
  deleteEntry,
  type Entries,
  keyOf,
  recordOrUnreadable,
  type Schema,
  type Unreadable,
} from './entries.ts';

/**
 * The entries of a kind: all of them, or only entries whose names begin with a text, equal a name, come before a name,
 * or lie between two names.
 */
export type NameRange = {
  startsWith?: string;
  is?: string;
  before?: string;
  between?: readonly [first: string, last: string];
};

export interface EntryPage {
  range?: NameRange;
  /** The page begins after this name. */
  after?: string | undefined;
  order?: 'asc' | 'desc';
  limit?: number;
}

/** One page of a kind in order of names, and the name of the last one if there may be more. */
export async function pageOfEntries<Of extends Schema>(
  entries: Entries,
  schema: Of,
  kind: string,
  page: EntryPage = {},
): Promise<{ records: (z.output<Of> | Unreadable)[]; last: string | undefined }> {
  const { items, last } = await queryEntries(entries, kind, page, true);
  return { records: items.map((attributes) => recordOrUnreadable(schema, attributes)), last };
}

/** All of a kind in order of names, page by page. */
export async function* allEntries<Of extends Schema>(
  entries: Entries,
  schema: Of,
  kind: string,
  page: EntryPage = {},
): AsyncGenerator<z.output<Of> | Unreadable> {
  let after = page.after;
  do {
    const { records, last } = await pageOfEntries(entries, schema, kind, { ...page, after });
    yield* records;
    after = last;
  } while (after !== undefined);
}

/**
 * Removes the entries with names before this one, the first `most` of them. `alongside` is called for each right before
 * its removal.
 */
export async function forgetEntries(
  entries: Entries,
  kind: string,
  before: string,
  most: number,
  alongside: (name: string) => Promise<unknown> = async () => {},
): Promise<void> {
  const { items } = await queryEntries(entries, kind, { range: { before }, limit: most }, false);
  await Promise.all(
    items.map(async ({ name }) => {
      await alongside(String(name?.S));
      await deleteEntry(entries, kind, String(name?.S));
    }),
  );
}

async function queryEntries(
  entries: Entries,
  kind: string,
  { range = {}, after, order = 'asc', limit }: EntryPage,
  isConsistent: boolean,
): Promise<{ items: Attributes[]; last: string | undefined }> {
  const [condition, name, last] = conditionOf(range);
  const { ConditionExpression, ...aliases } = conditionExpression(['#kind = :kind', ...condition], {
    kind,
    ...(name !== undefined && { name }),
    ...(last !== undefined && { last }),
  });
  const reply = await entries.client.send(
    new QueryCommand({
      TableName: entries.table,
      KeyConditionExpression: ConditionExpression,
      ...aliases,
      ConsistentRead: isConsistent,
      ScanIndexForward: order === 'asc',
      Limit: limit,
      ExclusiveStartKey: after === undefined ? undefined : keyOf(kind, after),
    }),
  );
  return { items: reply.Items ?? [], last: reply.LastEvaluatedKey?.name?.S };
}

function conditionOf({
  startsWith,
  is,
  before,
  between,
}: NameRange): [conditions: string[], name?: string, last?: string] {
  if (between !== undefined) return [['#name BETWEEN :name AND :last'], ...between];
  if (is !== undefined) return [['#name = :name'], is];
  if (before !== undefined) return [['#name < :name'], before];
  return startsWith ? [['begins_with(#name, :name)'], startsWith] : [[]];
}
