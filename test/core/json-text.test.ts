import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementTexts, type JsonText, memberText, withMember } from '../../core/json-text.ts';
import { codePoint } from '../support/code-point.ts';

describe('memberText', () => {
  test.each([
    ['a plain member', '{"data":{"a":1}}', '{"a":1}'],
    ['space around everything', ' { "x" : 1 , "data" :\n [ 1, 2 ] } ', '[ 1, 2 ]'],
    ['a key written with escapes', '{"d\\u0061ta":true}', 'true'],
    ['the last of repeated members', '{"data":1,"data":2}', '2'],
    ['an integer beyond what a double holds', '{"data":12345678901234567890}', '12345678901234567890'],
    ['negative zero', '{"data":-0}', '-0'],
    ['null', '{"data":null}', 'null'],
    ['brackets and quotes in strings', '{"data":"}]\\"\\\\"}', '"}]\\"\\\\"'],
    ['a member of the same name deeper down', '{"x":{"data":1},"data":2}', '2'],
  ])('gives %s as it was written', (_, object, expected) => {
    expect(memberText(object, 'data')).toBe(expected);
  });

  test.each(['{}', '{"x":1}', '{"x":{"data":1}}', '{"x":"\\"data\\":1"}'])('finds none in %s', (object) => {
    expect(memberText(object, 'data')).toBeUndefined();
  });

  test('survives nesting far deeper than a recursive parser could', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(memberText(`{"data":${deep},"x":1}`, 'data')).toBe(deep);
  });

  test('agrees with JSON.parse on any object, however it is spaced', () => {
    // Names of the prototype, such as __proto__, are among the texts without a unit.
    const name = fc.oneof(fc.string(), fc.string({ unit: codePoint }));
    const object = fc.dictionary(name, fc.jsonValue({ depthSize: 'medium' }), { maxKeys: 6 });
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 1, '\t', ' \n '), (value, space) => {
        const text = JSON.stringify(value, null, space as never);
        for (const name of Object.keys(value)) {
          const found = memberText(text, name);
          expect(JSON.parse(found ?? '')).toStrictEqual(JSON.parse(text)[name]);
        }
      }),
    );
  });
});

describe('elementTexts', () => {
  test.each([
    ['[]', []],
    [' [ \n ] ', []],
    ['[1]', ['1']],
    ['[ -0 ,12345678901234567890,1e400 ]', ['-0', '12345678901234567890', '1e400']],
    ['[null,true,"]",[",]"],{"a":[1,2]} ]', ['null', 'true', '"]"', '[",]"]', '{"a":[1,2]}']],
    ['["\\"],[", "\\\\"]', ['"\\"],["', '"\\\\"']],
    ['[{ "a" : 1, "a" : 2 }]', ['{ "a" : 1, "a" : 2 }']],
  ])('of %s are as they were written', (array, expected) => {
    expect(elementTexts(array as JsonText)).toEqual(expected);
  });

  test('agree with JSON.parse on any array, however it is spaced', () => {
    const space = fc.constantFrom(undefined, 1, '\t', ' \n ');
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 6 }), space, (value, between) => {
        const text = JSON.stringify(value, null, between as never) as JsonText;
        expect(elementTexts(text).map((element) => JSON.parse(element))).toStrictEqual(JSON.parse(text));
      }),
    );
  });
});

describe('withMember', () => {
  test('adds text as it is, to objects with and without members', () => {
    expect(withMember({ a: 1 }, 'data', '-0' as JsonText)).toBe('{"a":1,"data":-0}');
    expect(withMember({}, 'data', '[1e400]' as JsonText)).toBe('{"data":[1e400]}');
  });
});
