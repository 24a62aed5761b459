/**
 * JSON as the text it came in. Item data is stored and returned as text, because parsing would lose what JavaScript
 * cannot represent: large integers, -0, duplicate keys, `__proto__` (docs/adr/0003). `Value` is the type of the
 * value.
 */
export type JsonText<Value = unknown> = string & { readonly __json: Value };

export function jsonText<Value>(value: Value): JsonText<Value> {
  return JSON.stringify(value) as JsonText<Value>;
}

/**
 * The value of JSON text, or undefined if it is none: no schema of ours accepts undefined, so the schema refuses it.
 */
export function jsonOrUndefined(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index + 1;
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  let index = start;
  if (first !== '{' && first !== '[') {
    while (index < text.length && !',]} \t\n\r'.includes(text.charAt(index))) index++;
    return index;
  }
  let depth = 0;
  do {
    const character = text[index];
    if (character === '"') {
      index = endOfString(text, index);
      continue;
    }
    if (character === '{' || character === '[') depth++;
    if (character === '}' || character === ']') depth--;
    index++;
  } while (depth > 0);
  return index;
}

function skipSpace(text: string, start: number): number {
  let index = start;
  while (' \t\n\r'.includes(text.charAt(index)) && index < text.length) index++;
  return index;
}

/**
 * The source text of one member of a JSON object; of the last one if it is repeated, like JSON.parse. Undefined if
 * there is none. `object` must be the text of an object that JSON.parse has accepted.
 */
export function memberText(object: string, name: string): JsonText | undefined {
  let found: JsonText | undefined;
  let index = skipSpace(object, skipSpace(object, 0) + 1);
  while (object[index] === '"') {
    const keyEnd = endOfString(object, index);
    const key = JSON.parse(object.slice(index, keyEnd));
    const valueStart = skipSpace(object, skipSpace(object, keyEnd) + 1);
    const valueEnd = endOfValue(object, valueStart);
    if (key === name) found = object.slice(valueStart, valueEnd) as JsonText;
    index = skipSpace(object, skipSpace(object, valueEnd) + 1);
  }
  return found;
}

/** The source texts of the elements of a JSON array, which JSON.parse must have accepted. */
export function elementTexts(array: JsonText): JsonText[] {
  const found: JsonText[] = [];
  let index = skipSpace(array, skipSpace(array, 0) + 1);
  while (array[index] !== ']') {
    const end = endOfValue(array, index);
    found.push(array.slice(index, end) as JsonText);
    index = skipSpace(array, end);
    if (array[index] === ',') index = skipSpace(array, index + 1);
  }
  return found;
}

/** The JSON text of `object` with one more member, given as text. */
export function withMember<Value extends object, Name extends string, Member>(
  object: Value,
  name: Name,
  value: JsonText<Member>,
): JsonText<Value & { [Key in Name]: Member }> {
  const text = JSON.stringify(object);
  const separator = text === '{}' ? '' : ',';
  return `${text.slice(0, -1)}${separator}${JSON.stringify(name)}:${value}}` as JsonText<
    Value & { [Key in Name]: Member }
  >;
}
