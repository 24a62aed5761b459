import type { AwsError } from '../aws-error.ts';
import { textOf } from '../json-protocol.ts';
import type { Reply, Request } from '../memory-transport.ts';
import { isObject, sent } from '../send-objects.ts';

type Node = { [name: string]: Node | string };

/**
 * Reads a call of a service that speaks AWS Query: a form whose names are paths. Lists and maps in it become arrays and
 * objects, as in the SDK's input.
 */
export function readForm({ headers, body }: Request): { operation: string; input: Record<string, unknown> } {
  if (isObject(body))
    return { operation: headers['x-amz-target'] ?? '', input: sent(body) as Record<string, unknown> };
  const root: Node = {};
  for (const [name, value] of new URLSearchParams(textOf(body))) put(root, name.split('.'), value);
  const { Action, Version: _, ...input } = root;
  return {
    operation: String(Action),
    input: Object.fromEntries(Object.entries(input).map(([name, node]) => [name, plain(node)])),
  };
}

function put(node: Node, path: readonly string[], value: string): void {
  const [name = '', ...others] = path;
  if (others.length === 0) {
    node[name] = value;
    return;
  }
  node[name] ??= {};
  put(node[name] as Node, others, value);
}

function plain(node: Node | string): unknown {
  if (typeof node === 'string') return node;
  if (node.member) return inOrder(node.member).map(plain);
  if (node.entry) {
    const pairs = inOrder(node.entry).map((entry) => entry as Node);
    return Object.fromEntries(
      pairs.map(({ key, Name, value, Value }) => [key ?? Name, plain(value ?? Value ?? '')]),
    );
  }
  return Object.fromEntries(Object.entries(node).map(([name, one]) => [name, plain(one)]));
}

/** Of members that are named 1, 2, 3 …: JavaScript keeps these in order. */
function inOrder(node: Node | string): (Node | string)[] {
  return Object.values(node);
}

/** The reply in XML: an array becomes a list, a Map a map. */
export function xmlReply(output: object, operation: string): Reply {
  const result = `<${operation}Result>${membersXml(output)}</${operation}Result>`;
  return xml(200, `<${operation}Response>${result}${metadata}</${operation}Response>`);
}

export function xmlError({ code, message, status }: AwsError): Reply {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return xml(status, `<ErrorResponse>${error}<RequestId>memory</RequestId></ErrorResponse>`);
}

const metadata = '<ResponseMetadata><RequestId>memory</RequestId></ResponseMetadata>';

function xml(statusCode: number, text: string): Reply {
  return { statusCode, headers: { 'content-type': 'text/xml' }, body: Buffer.from(text) };
}

function membersXml(value: object): string {
  let text = '';
  for (const [name, one] of Object.entries(value)) {
    if (one !== undefined) text += `<${name}>${valueXml(one)}</${name}>`;
  }
  return text;
}

function valueXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<member>${valueXml(one)}</member>`).join('');
  if (value instanceof Map) {
    const pairs = [...value].map(([key, one]) => membersXml({ key, value: one }));
    return pairs.map((pair) => `<entry>${pair}</entry>`).join('');
  }
  if (typeof value === 'object' && value !== null) return membersXml(value);
  return escaped(String(value));
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
