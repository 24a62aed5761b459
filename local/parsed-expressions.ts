import conditions, { type Context, type Parser } from 'dynalite/db/conditionParser.js';
import projections from 'dynalite/db/projectionParser.js';
import updates from 'dynalite/db/updateParser.js';

/** What dynalite made of a text, and what that depends on besides the text. */
interface Parsed {
  /** The names in it, and the attributes that they stand for. */
  names: [name: string, attribute: string | undefined][];
  values: { name: string; type: string | undefined; place: object }[];
  /** With places for the values. */
  result: object;
}

const mostParsed = 1_000;

/** Whether these are refused depends on the contents of their values. */
const byContents = /between|attribute_type/i;

/**
 * dynalite parses the expressions of each call anew, which takes a third of its time, and the service has few
 * expressions. So its parsers remember what they made of a text, with the same names and the same types of values. Each
 * call gets a copy with its own values, because dynalite writes into it. What was refused is parsed again.
 */
export function rememberParsed(parser: Parser): void {
  const { parse } = parser;
  const remembered = new Map<string, Parsed>();
  parser.parse = (text, options) => {
    const { context } = options;
    const known = remembered.get(text);
    const given = known && valuesFor(known, context);
    if (known && given) {
      for (const [name] of known.names) delete context.unusedAttrNames[name];
      for (const { name } of known.values) delete context.unusedAttrVals[name];
      return copyOf(known.result, given) as object;
    }
    const result = parse(text, options);
    if (typeof result === 'string' || byContents.test(text)) return result;
    if (remembered.size >= mostParsed) remembered.clear();
    remembered.set(text, parsedOf(text, context, result));
    return result;
  };
}

function parsedOf(text: string, { attrNames = {}, attrVals = {} }: Context, result: object): Parsed {
  const places = new Map<object, object>();
  const values = tokens(text, /:\w+/g).map((name) => {
    const place = {};
    const value = attrVals[name];
    if (value) places.set(value, place);
    return { name, type: typeOf(value), place };
  });
  const names = tokens(text, /#\w+/g).map((name): Parsed['names'][number] => [name, attrNames[name]]);
  return { names, values, result: copyOf(result, places) as object };
}

/** The values of a call, by their places; undefined if what is remembered does not hold for the call. */
function valuesFor({ names, values }: Parsed, { attrNames = {}, attrVals = {} }: Context) {
  for (const [name, attribute] of names) if (attrNames[name] !== attribute) return undefined;
  const given = new Map<object, object>();
  for (const { name, type, place } of values) {
    const value = attrVals[name];
    if (value === undefined || typeOf(value) !== type) return undefined;
    given.set(place, value);
  }
  return given;
}

/** A copy with these objects in place of others. Paths, lists of names and numbers, are not written into and stay. */
function copyOf(part: unknown, others: ReadonlyMap<object, object>): unknown {
  if (typeof part !== 'object' || part === null) return part;
  const other = others.get(part);
  if (other) return other;
  if (Array.isArray(part)) {
    return part.some((one) => typeof one === 'object') ? part.map((one) => copyOf(one, others)) : part;
  }
  const copy = Object.create(Object.getPrototypeOf(part));
  for (const name of Object.keys(part)) copy[name] = copyOf(part[name as keyof typeof part], others);
  return copy;
}

function tokens(text: string, token: RegExp): string[] {
  return [...new Set(text.match(token))];
}

/** Checked before: a value has one type. */
function typeOf(value: object | undefined): string | undefined {
  return value && Object.keys(value)[0];
}

for (const parser of [conditions, projections, updates]) rememberParsed(parser);
