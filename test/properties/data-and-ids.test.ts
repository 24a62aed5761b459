import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ItemId } from '../../core/contract/names.ts';
import { codePoint } from '../support/code-point.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

/** Any valid JSON: values and spacing of any kind, and texts that JSON.stringify would never print. */
const jsonText = fc.oneof(
  fc
    .tuple(fc.jsonValue({ depthSize: 'medium' }), fc.constantFrom(undefined, 2, '\t'))
    .map(([value, space]) => JSON.stringify(value, null, space as never)),
  fc.constantFrom(
    '-0',
    '1e400',
    '12345678901234567890',
    '{"__proto__":{"__proto__":1}}',
    '{"a":1,"a":2}',
    '"\\ud800"',
  ),
  fc
    .array(fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][+-]?\d{1,3})?$/))
    .map((numbers) => `[${numbers}]`),
);

test('random JSON is returned exactly by a read, and after progress, an alert and a restart (P5)', async () => {
  const workflow = warden.newWorkflow();
  const path = warden.itemPath(workflow, 'a');
  const dataOf = async () => /"data":(.*)\}\n$/s.exec((await warden.request('GET', path)).text)?.[1];
  await fc.assert(
    fc.asyncProperty(jsonText, async (data) => {
      const { status } = await warden.request('PUT', path, { text: `{"timeout":5, "data" : ${data} }` });
      expect(status).toBe(201);
      expect(await dataOf()).toBe(data);
      await warden.progress(workflow, 'a', { step: 'x' });
      await warden.pass(6_000);
      await warden.register(workflow, 'a', { timeout: 5 });
      expect(await dataOf()).toBe(data);
      await warden.complete(workflow, 'a');
    }),
    { numRuns: 40 },
  );
});

const id = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.string({ unit: codePoint, minLength: 1, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom('/', '%', '2', 'F', '+', ' ', '.', '?', '#', '&', '\\', '"', '😀'),
      minLength: 1,
    }),
  )
  .filter((item) => ItemId.safeParse(item).success);

test('random ids are registered, read, listed, reported and completed unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(id, async (item) => {
      const workflow = warden.newWorkflow();
      expect((await warden.register(workflow, item, { timeout: 5 })).json).toMatchObject({
        item,
        outcome: 'created',
      });
      expect((await warden.read(workflow, item)).json.item).toBe(item);
      const { items } = (await warden.request('GET', `/v1/workflows/${workflow}/items`)).json;
      expect(items).toMatchObject([{ item }]);
      await warden.pass(6_000);
      expect(await warden.notifications(workflow)).toMatchObject([{ items: [{ item }] }]);
      expect(await warden.events(workflow)).toMatchObject([{ event: 'item.overdue', item }]);
      expect((await warden.complete(workflow, item)).status).toBe(200);
    }),
    { numRuns: 40 },
  );
});
