import validations from 'dynalite/validations/index.js';

/*
 * dynalite checks the types of a request by a description of each member, and tries every type of value at each value. Of
 * maps of plain values nothing is left to do: what it would return is equal.
 */

const maps = ['Item', 'Key', 'ExpressionAttributeValues'];

const { checkTypes } = validations;
validations.checkTypes = (data, types) => {
  const plain: Record<string, unknown> = {};
  for (const name of maps) {
    if (!types[name] || !isPlainMap(data[name])) continue;
    plain[name] = data[name];
    delete data[name];
  }
  return Object.assign(checkTypes(data, types), plain);
};

function isPlainMap(map: unknown): boolean {
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return false;
  for (const [name, value] of Object.entries(map)) if (name === '__proto__' || !isPlain(value)) return false;
  return true;
}

/** One member that is a text, a number, a boolean, a list or a map. Bytes are decoded, and need the whole check. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const [first, ...others] = Object.entries(value);
  if (first === undefined || others.length > 0) return false;
  const [type, content] = first;
  if (type === 'S' || type === 'N') return typeof content === 'string';
  if (type === 'BOOL') return typeof content === 'boolean';
  if (type === 'L') return Array.isArray(content) && content.every(isPlain);
  return type === 'M' && isPlainMap(content);
}
