/** The first place at which a text stops being JSON. */
export interface JsonFault {
  /** Both from 1. A column counts UTF-16 code units. */
  line: number;
  column: number;
  /** The likely cause, in words for the caller; undefined if there is no guess. It never quotes the text. */
  cause: string | undefined;
}

type Expected = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'comma' | 'end';

const space = /[ \t\n\r]*/y;
const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Where and why a text is not JSON, after JSON.parse has refused it. The parser's own message has no position for every
 * fault, and quotes the text, which can be data (P9).
 */
export function jsonFault(text: string): JsonFault {
  const { at, expected } = faultAt(text);
  const before = text.slice(0, at).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { line: before.length, column, cause: causeOf(text, at, expected) };
}

/** Reads the text token by token, without recursion: a body can have a million brackets. */
function faultAt(text: string): { at: number; expected: Expected | 'string' } {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'comma');
  for (;;) {
    at = endOf(space, text, at) ?? at;
    const character = text.charAt(at);
    if (expected === 'colon' && character === ':') expected = 'value';
    else if (expected === 'comma' && character === ',') expected = open.at(-1) === '{' ? 'name' : 'value';
    else if (closes(character, open.at(-1), expected)) {
      open.pop();
      expected = afterValue();
    } else if (character === '"' && expected !== 'colon' && expected !== 'comma' && expected !== 'end') {
      const string = stringFrom(text, at);
      if (!string.isWhole) return { at: string.end, expected: 'string' };
      at = string.end;
      expected = expected.endsWith('name') ? 'colon' : afterValue();
      continue;
    } else if (!expected.endsWith('value')) return { at, expected };
    else if (character === '{' || character === '[') {
      open.push(character);
      expected = character === '{' ? 'first name' : 'first value';
    } else {
      const end = endOf(word, text, at);
      if (end === undefined) return { at, expected };
      at = end;
      expected = afterValue();
      continue;
    }
    at++;
  }
}

function closes(character: string, opened: string | undefined, expected: Expected): boolean {
  if (character === '}') return opened === '{' && (expected === 'comma' || expected === 'first name');
  return character === ']' && opened === '[' && (expected === 'comma' || expected === 'first value');
}

/** The end of a string, or of the part of it that is valid. */
function stringFrom(text: string, start: number): { end: number; isWhole: boolean } {
  let at = start + 1;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') return { end: at + 1, isWhole: true };
    if (character < ' ') break;
    const end = character === '\\' ? endOf(escaped, text, at) : at + 1;
    if (end === undefined) break;
    at = end;
  }
  return { end: at, isWhole: false };
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function causeOf(text: string, at: number, expected: Expected | 'string'): string | undefined {
  const rest = text.slice(at, at + 10);
  if (rest === '') return 'the text ends too early: a quote or bracket is not closed';
  if (expected === 'string') {
    return rest.startsWith('\\')
      ? 'a backslash in a string must be written as two'
      : 'a line end, tab or other control character in a string must be written as an escape, such as \\n';
  }
  if (expected === 'end') return 'there is more text after the end of the JSON value';
  if (/^['‘’]/.test(rest)) return 'names and texts need double quotes, not single quotes';
  if (/^[“”„]/.test(rest)) return 'names and texts need straight double quotes';
  if (/^(\/[/*]|#)/.test(rest)) return 'JSON has no comments';
  if (/^[}\]]/.test(rest)) return closingCause(rest, expected);
  if (/^(None|True|False|undefined|-?NaN|[+-]?Infinity)/.test(rest))
    return 'JSON has true, false and null, and only finite numbers';
  if (expected.endsWith('name')) return 'a name needs double quotes';
  if (expected === 'comma') return 'a comma or a closing bracket is missing before this';
  if (expected === 'colon') return 'a colon is missing after the name';
  return /^[A-Za-z_]/.test(rest) ? 'a text needs double quotes' : undefined;
}

function closingCause(rest: string, expected: Expected): string {
  if (expected === 'name' || expected === 'value')
    return `remove the comma before the ${rest.charAt(0)}, or a value is missing`;
  return `the ${rest.charAt(0)} closes nothing that is open here`;
}
