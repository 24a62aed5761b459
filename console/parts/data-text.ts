/**
 * The text of the member `data` in the JSON text of an item, to the letter: parsing it would round large numbers. Undefined
 * without data. The service writes the member last (docs/adr/0003).
 */
export function dataText(json: string): string | undefined {
  const begins = memberBegins(json, 'data');
  return begins === undefined ? undefined : json.slice(begins, json.lastIndexOf('}')).trim();
}

/** Where the value of a member of the outermost object begins. */
function memberBegins(json: string, name: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') {
      const end = stringEnd(json, at);
      const isName = depth === 1 && json.slice(at, end) === `"${name}"`;
      if (isName && json[end] === ':') return end + 1;
      at = end - 1;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
  }
  return undefined;
}

function stringEnd(json: string, from: number): number {
  let at = from + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}
