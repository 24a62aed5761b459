import { describe, expect, test } from 'vitest';
import { onOneEngine } from '../../../support/on-engines.ts';

describe('read', () => {
  onOneEngine((warden) => {
    test.each([
      ['keys that JavaScript treats specially', '{"__proto__":{"a":1},"constructor":"x","":0}'],
      [
        'numbers that a double cannot hold',
        '[12345678901234567890, 1e400, -0, 0.1000000000000000055511151231257827]',
      ],
      ['empty objects and arrays', '{"a":{},"b":[],"c":null}'],
      ['unicode', '"ümläut 😀 \\u0000 \\ud800"'],
      ['deep nesting', `${'['.repeat(5_000)}1${']'.repeat(5_000)}`],
      ['a bare value', 'false'],
      ['null, which is not the same as none', 'null'],
      ['repeated keys and their order', '{"b":1,"a":2,"b":3}'],
      ['something large', JSON.stringify(Array(4_000).fill({ key: 'incoming/scan.tiff', size: 1 }))],
    ])('gives data back as it was registered: %s (P5)', async (_, data) => {
      const workflow = warden().newWorkflow();
      const path = warden().itemPath(workflow, 'scan-1');
      const registered = await warden().request('PUT', path, {
        text: `{"timeout":60,"data":${data},"step":"x"}`,
      });
      expect(registered.status).toBe(201);
      const { status, text } = await warden().request('GET', path);
      expect(status).toBe(200);
      expect(text.endsWith(`,"data":${data}}\n`)).toBe(true);
    });

    test('shows no data where none was registered', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 60 });
      const { json, headers } = await warden().read(workflow, 'scan-1');
      expect(json).not.toHaveProperty('data');
      expect(headers.etag).toBe('"1"');
    });

    test('of an unknown item is a 404', async () => {
      expect(await warden().read(warden().newWorkflow(), 'x')).toMatchObject({
        status: 404,
        headers: { 'content-type': 'application/problem+json' },
        json: { code: 'item-not-found', type: 'urn:process-warden:problem:item-not-found', status: 404 },
      });
    });

    test.each([
      'a/b/c',
      'a b',
      '100%',
      '%2F',
      '%252F',
      'a+b',
      '😀/👩‍👩‍👧',
      '?q=1&x#y',
      '\'quote"',
      'x'.repeat(256),
      '😀'.repeat(256),
      '//',
      'ends/',
      '.',
      '..',
      'a/../b',
      './a',
      's3://b//k?v=1%',
      '<aws.scheduler.execution-id>',
    ])('finds the item %j that was registered, listed and completed under that id', async (item) => {
      const workflow = warden().newWorkflow();
      expect((await warden().register(workflow, item, { timeout: 60 })).json.item).toBe(item);
      expect((await warden().read(workflow, item)).json.item).toBe(item);
      const listed = await warden().request('GET', `/v1/workflows/${workflow}/items`);
      expect(listed.json.items.map((one: { item: string }) => one.item)).toEqual([item]);
      expect((await warden().progress(workflow, item, { timeout: 5 })).json.item).toBe(item);
      await warden().pass(6_000);
      expect(
        (await warden().notifications(workflow)).flatMap(({ items }) => items.map((one) => one.item)),
      ).toEqual([item]);
      expect((await warden().events(workflow)).map((one) => one.item)).toEqual([item]);
      expect((await warden().complete(workflow, item)).status).toBe(200);
    });

    test('returns a record with attributes of another version', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 5, data: 1 });
      const { items } = warden().aws.service;
      const seen = await items.readOpen(workflow, 'a');
      if (seen) await items.replace({ ...seen, later: 'addition' } as never, seen.revision);
      expect((await warden().read(workflow, 'a')).json).toMatchObject({ item: 'a', data: 1 });
      await warden().pass(6_000);
      expect(await warden().notifications(workflow)).toHaveLength(1);
      expect(await warden().events(workflow)).toHaveLength(1);
      expect((await warden().complete(workflow, 'a')).status).toBe(200);
    });

    test('accepts a plain id in the path, with slashes encoded or not, for the same item', async () => {
      const workflow = warden().newWorkflow();
      await warden().request('PUT', `/v1/workflows/${workflow}/items/2026/11/a.tiff`, {
        body: { timeout: 60 },
      });
      expect((await warden().read(workflow, '2026/11/a.tiff')).status).toBe(200);
      const encoded = `/v1/workflows/${workflow}/items/2026%2F11%2Fa.tiff`;
      const step = await warden().request('PATCH', encoded, { body: { step: 'x' } });
      expect(step.json).toMatchObject({ item: '2026/11/a.tiff', step: 'x' });
      expect((await warden().request('DELETE', `${encoded}?run=other`)).status).toBe(412);
      expect((await warden().request('DELETE', encoded)).status).toBe(200);
      expect((await warden().read(workflow, '2026/11/a.tiff')).json.state).toBe('completed');
    });
  });
});
