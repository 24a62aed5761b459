import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { withGeneratedParser } from '../../core/generated-parser.ts';
import { ItemRecord } from '../../core/model/item/item-record.ts';
import { itemRecord } from '../support/item-record.ts';

const Generated = withGeneratedParser(ItemRecord);

test('a record with any members missing or wrong has the result and the errors of its schema', () => {
  const whole = itemRecord({ step: 'copied', steps: [{ step: 'copied', at: '2026-11-21T09:30:00.000Z' }] });
  expect(z.safeParse(Generated, whole)).toEqual({ success: true, data: whole });
  const changes = fc.dictionary(
    fc.constantFrom(...Object.keys(ItemRecord.shape), 'other', '__proto__'),
    fc.oneof(fc.constant(undefined), fc.jsonValue()),
    { maxKeys: 4 },
  );
  fc.assert(
    fc.property(changes, fc.subarray(Object.keys(whole), { maxLength: 2 }), (changed, missing) => {
      const record: Record<string, unknown> = { ...whole, ...changed };
      for (const name of missing) delete record[name];
      expect(z.safeParse(Generated, record)).toEqual(z.safeParse(ItemRecord, record));
    }),
  );
});
