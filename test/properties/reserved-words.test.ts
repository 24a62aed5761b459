import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onOneEngine } from '../support/on-engines.ts';

/** Names that JavaScript has for itself, as far as they can be the key of a tag. */
const reserved = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(Array.prototype),
  ...Object.getOwnPropertyNames(Function.prototype),
  'prototype',
  'then',
  'toJSON',
].filter((name) => /^[A-Za-z0-9]/.test(name));

onOneEngine((warden) => {
  test('security M1: tags with names that JavaScript has for itself are kept as any others (P1, P7)', async () => {
    const word = fc.constantFrom(...reserved);
    await fc.assert(
      fc.asyncProperty(fc.dictionary(word, word, { minKeys: 1, maxKeys: 9 }), word, async (tags, name) => {
        const workflow = warden().newWorkflow();
        const settings = await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { tags } });
        expect(settings).toMatchObject({ status: 201 });
        expect(Object.entries(settings.json.tags).sort()).toEqual(Object.entries(tags).sort());
        expect((await warden().register(workflow, name, { timeout: 60, step: name, tags })).status).toBe(201);
        const change = { tags: { ...tags, [name]: name }, step: `${name} again` };
        expect((await warden().progress(workflow, name, change)).status).toBe(200);
        const { json } = await warden().read(workflow, name);
        expect(Object.entries(json.tags).sort()).toEqual(Object.entries(change.tags).sort());
      }),
      { numRuns: 20 },
    );
  });
});
