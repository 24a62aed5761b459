import fc from 'fast-check';

const surrogates = { first: 0xd800, count: 0x800 };

/**
 * A text of any one code point except surrogates. The unit `binary` of `fc.string` is the same, but fast-check lists all
 * code points for it first, which takes a second of a processor.
 */
export const codePoint = fc
  .integer({ min: 0, max: 0x10ffff - surrogates.count })
  .map((place) => String.fromCodePoint(place < surrogates.first ? place : place + surrogates.count));
