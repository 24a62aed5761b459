import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { itemsKeys } from '../../core/names/tables.ts';
import { forgetExpired } from '../../local/forget-expired.ts';
import { Faults } from '../support/faults.ts';
import { onDynalite } from '../support/on-engines.ts';
import { startEmbeddedWarden } from '../support/start-warden.ts';

describe('forget what has expired', () => {
  onDynalite((warden) => {
    const forget = () => {
      const { client, name } = warden().aws.service.items;
      return forgetExpired(client, { name, keys: itemsKeys }, warden().clock.now());
    };
    const stored = async () => {
      const { client, name } = warden().aws.service.items;
      const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
      return Items.map(({ workflow, item }) => `${workflow?.S} ${item?.S}`).toSorted();
    };

    test('deletes receipts that have expired to the second, and nothing else', async () => {
      const [hour, week] = [warden().newWorkflow(), warden().newWorkflow()];
      await warden().request('PUT', `/v1/workflows/${hour}`, { body: { receipts: 3_600 } });
      for (const workflow of [hour, week]) {
        for (const item of ['a', 'b', 'open']) await warden().register(workflow, item, { timeout: 'P300D' });
        for (const item of ['a', 'b']) await warden().complete(workflow, item);
      }
      const all = await stored();
      expect(all).toHaveLength(6);
      warden().clock.advance(3_599_999);
      expect(await forget()).toBe(0);
      expect(await stored()).toEqual(all);
      warden().clock.advance(1);
      expect(await forget()).toBe(2);
      expect(await stored()).toEqual(all.filter((one) => ![`${hour} a`, `${hour} b`].includes(one)));
      expect(await forget()).toBe(0);
      warden().clock.advance(7 * 86_400_000);
      expect(await forget()).toBe(2);
      expect(await stored()).toEqual([`${hour} open`, `${week} open`].toSorted());
      expect((await warden().read(week, 'open')).json).toMatchObject({ state: 'waiting' });
    });
  });
});

test('keeps an item that is registered over an expired receipt meanwhile (P1)', async () => {
  const warden = await startEmbeddedWarden();
  try {
    const { client, name } = warden.aws.service.items;
    await warden.request('PUT', '/v1/workflows/w', { body: { receipts: 60 } });
    for (const item of ['a', 'b']) {
      await warden.register('w', item, { timeout: 60 });
      await warden.complete('w', item);
    }
    warden.clock.advance(60_000);
    const faults = new Faults(warden);
    // It was expired when it was found, and is no longer when it is deleted.
    faults.interleaveAt('DeleteItemCommand', () =>
      Promise.all(['a', 'b'].map((item) => warden.register('w', item, { timeout: 60 }))),
    );
    expect(await forgetExpired(client, { name, keys: itemsKeys }, warden.clock.now())).toBe(0);
    for (const item of ['a', 'b']) {
      expect((await warden.read('w', item)).json).toMatchObject({ state: 'waiting', attempt: 1 });
    }
  } finally {
    await warden.close();
  }
});
