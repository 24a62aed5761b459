import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { keyOf } from '../../../../../core/aws/items/keys.ts';
import { batchStatus } from '../../../../../core/operations/items/batch.ts';
import type { Reply } from '../../../../support/request-in-process.ts';
import type { Warden } from '../../../../support/warden.ts';

/** Requests about the item a of a workflow, and what became of that item. */
export function onItem(warden: () => Warden) {
  const path = (workflow: string, run?: string) =>
    warden().itemPath(workflow, 'a') + (run === undefined ? '' : `&run=${run}`);
  const register = (workflow: string, body: object = {}) =>
    warden().register(workflow, 'a', { timeout: 60, ...body });
  const complete = (workflow: string, run?: string, headers: Record<string, string> = {}) =>
    warden().request('DELETE', path(workflow, run), { headers });
  const read = (workflow: string) => warden().read(workflow, 'a');
  const batch = async (workflow: string, operations: object[]): Promise<Reply['json'][]> => {
    const named = operations.map((one) => ({ item: 'a', ...one }));
    const reply = await warden().request('POST', `/v1/workflows/${workflow}/batch`, {
      body: { operations: named },
    });
    expect(reply.status).toBe(batchStatus(reply.json.results));
    return reply.json.results;
  };
  const listed = async (workflow: string, query: string) => {
    const { json } = await warden().request('GET', `/v1/workflows/${workflow}/items?${query}`);
    return (json.items ?? []).map(({ item }: { item: string }) => item);
  };
  /** What the table has of the item, whether it is expired or not. */
  const stored = async (workflow: string) => {
    const { client, name } = warden().aws.service.items;
    const Key = keyOf({ workflow, item: 'a' });
    return (await client.send(new GetItemCommand({ TableName: name, Key }))).Item;
  };
  /** Nothing remains that people would be notified of. */
  const expectCalm = async (workflow: string) => {
    await warden().pass(3_600_000);
    expect(await listed(workflow, '')).toEqual([]);
    expect(await warden().notifications(workflow)).toEqual([]);
    expect(await warden().events(workflow)).toEqual([]);
  };
  return { path, register, complete, read, batch, listed, stored, expectCalm };
}
