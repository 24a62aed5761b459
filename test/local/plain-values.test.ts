import { createRequire } from 'node:module';
import validations from 'dynalite/validations/index.js';
import { expect, test } from 'vitest';
import '../../local/plain-values.ts';

const require = createRequire(import.meta.url);

/** As dynalite has it, with what it says of requests. */
function untouched(): typeof validations {
  const file = require.resolve('dynalite/validations/index.js');
  delete require.cache[file];
  return require(file);
}

const { checkTypes } = untouched();
const { types } = require('dynalite/validations/putItem.js');

function outcome(check: typeof checkTypes, data: string): unknown {
  try {
    return check(JSON.parse(data), types);
  } catch (error) {
    const { message, body } = error as Error & { body: unknown };
    return { message, body };
  }
}

const values = [
  ...['{"S":"text"}', '{"S":""}', '{"N":"1"}', '{"N":"x"}', '{"BOOL":true}', '{"NULL":true}', '{"B":"AAE="}'],
  ...[
    '{"L":[{"S":"a"},{"L":[]}]}',
    '{"M":{"a":{"M":{"b":{"N":"2"}}}}}',
    '{"SS":["a"]}',
    '{"NS":["1"]}',
    '{"L":[]}',
  ],
  // What has another type, or none.
  ...[
    '{"S":1}',
    '{"N":2}',
    '{"BOOL":"yes"}',
    '{"BOOL":"maybe"}',
    '{"B":"A"}',
    '{"L":{}}',
    '{"M":[]}',
    '{"SS":"a"}',
  ],
  ...[
    '{}',
    '[]',
    'null',
    '"text"',
    '1',
    'true',
    '{"S":null}',
    '{"X":"a"}',
    '{"S":"a","N":"1"}',
    '{"S":"a","X":1}',
  ],
  ...['{"L":[null]}', '{"L":["a"]}', '{"M":{"a":null}}', '{"M":{"__proto__":{"S":"a"}}}', '{"M":{"a":{}}}'],
];

test.each(values)('%s is taken or refused as by dynalite alone', (value) => {
  for (const member of ['Item', 'ExpressionAttributeValues']) {
    const data = `{"TableName":"items","${member}":{"first":{"S":"a"},"second":${value}},"Unknown":1}`;
    expect(outcome(validations.checkTypes, data)).toEqual(outcome(checkTypes, data));
  }
});

test.each(['{"__proto__":{"S":"a"}}', '[]', '"text"', 'null', '{}'])('a map %s, too', (map) => {
  const data = `{"TableName":"items","Item":${map}}`;
  expect(outcome(validations.checkTypes, data)).toEqual(outcome(checkTypes, data));
});
