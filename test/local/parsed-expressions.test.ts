import { createRequire } from 'node:module';
import type { Context, Parser } from 'dynalite/db/conditionParser.js';
import { describe, expect, test } from 'vitest';
import { rememberParsed } from '../../local/parsed-expressions.ts';

const require = createRequire(import.meta.url);

/** The parser as dynalite has it, which remembers nothing. */
function parserOf(name: string): Parser {
  const file = require.resolve(`dynalite/db/${name}.js`);
  delete require.cache[file];
  return require(file);
}

type Values = Record<string, object>;
type Names = Record<string, string>;

function contextOf(attrNames: Names, attrVals: Values): Context {
  const unused = (all: object) => Object.fromEntries(Object.keys(all).map((name) => [name, true as const]));
  const others = { isReserved: (name: string) => name === 'size', compare: () => false };
  return {
    ...{ attrNames, attrVals, ...others },
    ...{ unusedAttrNames: unused(attrNames), unusedAttrVals: unused(attrVals) },
  };
}

/** What a parse gives: its result, or its error, and what it leaves as unused. */
function parsed(parser: Parser, text: string, names: Names, values: Values): unknown {
  const context = contextOf(names, structuredClone(values));
  const { unusedAttrNames, unusedAttrVals } = context;
  try {
    return { result: parser.parse(text, { context }), unusedAttrNames, unusedAttrVals };
  } catch (error) {
    return { error: String(error), unusedAttrNames, unusedAttrVals };
  }
}

/** Writes into everything, as dynalite does into some of it. Paths are lists of names and numbers. */
function spoil(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  if (Array.isArray(part) && part.every((one) => typeof one !== 'object')) return;
  for (const [name, child] of Object.entries(part)) {
    spoil(child);
    (part as Record<string, unknown>)[name] = 'spoilt';
  }
}

const names = { '#a': 'alpha', '#b': 'beta', '#c': 'gamma', '#state': 'state' };
const values = { ':x': { S: 'x' }, ':n': { N: '1' }, ':l': { L: [{ S: 'in a list' }] } };
const otherValues = { ':x': { S: 'other' }, ':n': { N: '22' }, ':l': { L: [] } };
const otherTypes = { ':x': { N: '5' }, ':n': { S: 'text' }, ':l': { BOOL: true } };
const bounds = { ':x': { S: 'z' }, ':n': { S: 'a' }, ':l': { S: 'm' } };

const texts: Record<string, string[]> = {
  conditionParser: [
    '#a = :x AND attribute_not_exists(#b)',
    '#a <> :x OR NOT contains(#b, :x)',
    'size(#a) < :n AND #b IN (:x, :n)',
    'begins_with(#a, :x)',
    '#a BETWEEN :x AND :n',
    'attribute_type(#a, :x)',
    '(#a = :x)',
    '((#a = :x))',
    '#a.#b[1].c = :x',
    '#a = #b',
    '#a = #a',
    '#a = :missing',
    '#missing = :x',
    'size = :x',
    '#a = ',
  ],
  updateParser: [
    'SET #a = :x, #b = #b + :n, #c = list_append(#c, :l)',
    'SET #a = if_not_exists(#a, :n) + :n REMOVE #b, #c[1]',
    'REMOVE #a, #b, #c',
    'ADD #a :n DELETE #b :x',
    'SET #a.#b = :x',
    'SET #a = :x, #a = :n',
    'SET #a = #b',
    'SET',
  ],
  projectionParser: ['#a, #b, #c', '#a.#b[0], #c', '#a, #a', '#a,'],
};

describe.each(Object.entries(texts))('%s', (name, of) => {
  const parser = parserOf(name);
  const remembering = parserOf(name);
  rememberParsed(remembering);

  test.each(of)('%s', (text) => {
    const calls: [Names, Values][] = [
      [names, values],
      [names, otherValues],
      [names, otherTypes],
      [names, values],
      [names, bounds],
      [{ ...names, '#a': 'delta' }, values],
      [{ '#a': 'alpha' }, {}],
      [names, otherValues],
    ];
    for (const [namesOfCall, valuesOfCall] of calls) {
      const found = parsed(remembering, text, namesOfCall, valuesOfCall);
      expect(found).toEqual(parsed(parser, text, namesOfCall, valuesOfCall));
      spoil(found);
    }
  });
});
