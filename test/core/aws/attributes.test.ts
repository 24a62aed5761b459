import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import { attributes, valuesOf } from '../../../core/aws/attributes.ts';

class Tags {
  readonly customer = 'acme';
}

const records: Record<string, object> = {
  'texts, also empty ones': { a: 'a', empty: '', umlaut: 'ä€😀' },
  numbers: {
    zero: 0,
    minus: -1.5,
    most: Number.MAX_SAFE_INTEGER,
    least: Number.MIN_SAFE_INTEGER,
    small: 1e-7,
  },
  'booleans and null': { yes: true, no: false, none: null },
  bytes: { bytes: new Uint8Array([0, 1, 255]), none: new Uint8Array(), buffer: Buffer.from('text') },
  'lists and maps in each other': { steps: [{ step: 'a', at: [1, [2]] }], tags: { a: 'b', c: {} }, none: [] },
  'names of members of objects': { tags: { constructor: 'x', toString: 'y', hasOwnProperty: 'z' } },
};

describe.each(Object.entries(records))('%s', (_, record) => {
  test('are stored as the SDK stores them, and come back', () => {
    const stored = attributes(record);
    expect(stored).toEqual(marshall(record, { convertClassInstanceToMap: true }));
    expect(valuesOf(stored)).toEqual(unmarshall(stored));
    expect(valuesOf(stored)).toEqual(record);
  });
});

test('undefined values are left out at every depth', () => {
  const record = { a: undefined, tags: { b: undefined, c: 'd' }, list: ['e', undefined] };
  expect(attributes(record)).toEqual(marshall(record, { removeUndefinedValues: true }));
});

test('an instance of a class is stored with its members', () => {
  expect(attributes({ tags: new Tags() })).toEqual({ tags: { M: { customer: { S: 'acme' } } } });
});

test.each([Number.NaN, Infinity, -Infinity, 2 ** 53, 1n, Symbol('s'), () => {}])('%s is refused', (value) => {
  expect(() => attributes({ value })).toThrow(/cannot be stored/);
});

test.each([{ N: '9007199254740993' }, { N: 'Infinity' }, { N: 'x' }, { SS: ['a'] }, { NS: ['1'] }])(
  'a stored %j is refused',
  (value) => {
    expect(() => valuesOf({ value } as never)).toThrow(Error);
  },
);
