import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ItemsIndex, type ItemsIndexName, itemsIndexes } from '../../../../core/aws/items/index.ts';
import { queueOf } from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { type EmbeddedWarden, startWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

describe.each(Object.keys(itemsIndexes) as ItemsIndexName[])('the index %s', (name) => {
  /** Writes rows of a queue in this order, and gives what the index makes of them. */
  async function rowsOf(queue: string, records: object[]) {
    const { items } = warden.aws.service;
    for (const [place, attributes] of records.entries()) {
      const keys = { pk: `${queue} ${name} ${place}`, queue, due: `${place}`, registered: `${place}` };
      const Item = marshall({ ...attributes, ...keys }, { removeUndefinedValues: true });
      await items.client.send(new PutItemCommand({ TableName: items.name, Item }));
    }
    const range = { from: '0', to: '~', order: 'asc' as const };
    const { rows } = await new ItemsIndex(items, name).page(queue, range, 10);
    return rows.map(({ record }) => record);
  }

  test('finds workflow and state in the key of the queue', async () => {
    const { workflow, state, ...record } = itemRecord();
    const [row] = await rowsOf(queueOf(name, 'overdue', 3), [record]);
    expect(row).toMatchObject({ workflow: name, state: 'overdue', item: record.item });
  });

  test('gives an error in the place of a row that has nothing but keys', async () => {
    const rows = await rowsOf(queueOf(name, 'waiting', 0), [itemRecord(), {}, itemRecord()]);
    expect(rows).toMatchObject([{ due: '0' }, expect.any(Error), { due: '2' }]);
  });

  test.each(['', '#', '#late#0'])('gives an error for a row in a queue of no state: "%s"', async (end) => {
    expect(await rowsOf(`${name}${end}`, [itemRecord()])).toEqual([expect.any(Error)]);
  });
});
