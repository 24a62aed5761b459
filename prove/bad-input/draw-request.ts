import { type Described, type Json, placesIn } from './document.ts';
import { type Draft, goodDraft } from './draft.ts';
import { brokenEncodings, bytes, headers, texts, values } from './values.ts';

/** Puts a fault into the request and names it; undefined if the request has no place for it. */
type Fault = (draft: Draft, draw: Draw) => string | undefined;

interface Draw {
  random: () => number;
  one: <Value>(from: readonly Value[]) => Value;
}

const shortTexts = values.filter((one): one is string => typeof one === 'string' && one.length < 400);

type Faults = readonly { weight: number; fault: Fault }[];

/** How often each kind of fault is tried. Most faults are possible in a body. */
export const faultsOfMessage: Faults = [
  { weight: 60, fault: wrongMember },
  { weight: 8, fault: missingMember },
  { weight: 10, fault: otherText },
];

/** Most operations have a body. */
export const faultsOfRequest: Faults = [
  ...faultsOfMessage,
  { weight: 2, fault: noBody },
  { weight: 5, fault: otherBytes },
  { weight: 10, fault: wrongHeaders },
  { weight: 12, fault: wrongQuery },
  { weight: 3, fault: missingQuery },
  { weight: 4, fault: repeatedQuery },
  { weight: 4, fault: brokenQuery },
  { weight: 8, fault: wrongPath },
];

/** Draws a request to the operation with one or two of the faults, which are then named. */
export function drawRequest(
  random: () => number,
  operation: Described,
  faults: Faults,
): { draft: Draft; what: string } {
  const draw: Draw = { random, one: (from) => from[Math.floor(random() * from.length)] as never };
  const draft = goodDraft(operation, draw.one);
  const what: string[] = [];
  for (let left = random() < 0.7 ? 1 : 2; left > 0; ) {
    const done = anyOf(faults, random)(draft, draw);
    if (done === undefined) continue;
    what.push(done);
    left--;
  }
  return { draft, what: what.join(' and ') };
}

function anyOf(faults: Faults, random: () => number): Fault {
  let left = random() * faults.reduce((sum, { weight }) => sum + weight, 0);
  const drawn = faults.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return drawn?.fault ?? wrongHeaders;
}

function wrongMember(draft: Draft, { random, one }: Draw): string | undefined {
  const { body, operation } = draft;
  if (body === undefined || !('json' in body)) return undefined;
  const known = one(placesOf(operation));
  // A list has no members with names.
  const isOfObject = Number.isNaN(Number(known.at(-1)));
  const place = random() < 0.1 && isOfObject ? [...known.slice(0, -1), one(unheardOf)] : known;
  const value = one(values);
  draft.body = { json: withValue(body.json, place, value) };
  return `${place.join('.')} = ${JSON.stringify(value)?.slice(0, 60)}`;
}

/** Names that no object has. A schema of zod drops the second one silently. */
const unheardOf = ['unheardOf', '__proto__'];

const places = new Map<Json, string[][]>();

function placesOf(operation: Described): string[][] {
  const found = places.get(operation.body) ?? placesIn(operation.body);
  places.set(operation.body, found);
  return found;
}

function missingMember(draft: Draft, { one }: Draw): string | undefined {
  const { body } = draft;
  const there = body !== undefined && 'json' in body ? membersOf(body.json) : [];
  if (body === undefined || !('json' in body) || there.length === 0) return undefined;
  const place = one(there);
  draft.body = { json: without(body.json, place) };
  return `no ${place.join('.')}`;
}

function noBody(draft: Draft): string | undefined {
  if (draft.body === undefined) return undefined;
  draft.body = undefined;
  return 'no body';
}

function otherText(draft: Draft, { one }: Draw): string | undefined {
  if (draft.body === undefined) return undefined;
  const text = one(texts).toWellFormed();
  draft.body = { text };
  return `the text ${text.slice(0, 40)}`;
}

/** Valid JSON can come as bytes, too: an HTTP API encodes bodies with another Content-Type. */
function otherBytes(draft: Draft, { random, one }: Draw): string | undefined {
  const { body } = draft;
  if (body === undefined) return undefined;
  const isSame = 'json' in body && random() < 0.3;
  const sent = isSame ? Buffer.from(JSON.stringify(body.json) ?? '') : one(bytes);
  draft.body = { bytes: sent };
  return isSame ? 'the body in base64' : `the bytes ${sent.toString('hex').slice(0, 40)}`;
}

function wrongHeaders(draft: Draft, { one }: Draw): string {
  Object.assign(draft.headers, one(headers));
  return `the headers ${JSON.stringify(draft.headers).slice(0, 60)}`;
}

function wrongQuery(draft: Draft, { random, one }: Draw): string {
  const known = draft.operation.parameters.filter(({ in: where }) => where === 'query');
  const name = known.length === 0 || random() < 0.3 ? 'unheard-of' : one(known).name;
  const value = one(shortTexts);
  const others = draft.query.filter(([other]) => other !== name);
  draft.query = [...others, [name, encodeURIComponent(value.toWellFormed())]];
  return `${name}=${value.slice(0, 40)}`;
}

function missingQuery(draft: Draft, { one }: Draw): string | undefined {
  if (draft.query.length === 0) return undefined;
  const [name] = one(draft.query);
  draft.query = draft.query.filter(([other]) => other !== name);
  return `no ${name} in the query`;
}

function repeatedQuery(draft: Draft, { random, one }: Draw): string | undefined {
  if (draft.query.length === 0) return undefined;
  const [name, value] = one(draft.query);
  const again = random() < 0.5 ? value : 'other';
  draft.query = [...draft.query, [name, again]];
  return `${name} twice in the query`;
}

function brokenQuery(draft: Draft, { random, one }: Draw): string {
  const broken = one(brokenEncodings);
  const [name] = draft.query.length === 0 || random() < 0.3 ? ['unheard-of'] : one(draft.query);
  const others = draft.query.filter(([other]) => other !== name);
  draft.query = [...others, [name, broken]];
  return `${name}=${broken}`;
}

function wrongPath(draft: Draft, { one }: Draw): string | undefined {
  if (draft.path.size === 0) return undefined;
  const name = one([...draft.path.keys()]);
  const value = one(shortTexts).toWellFormed();
  draft.path.set(name, value);
  return `${name} in the path = ${JSON.stringify(value).slice(0, 60)}`;
}

/** The paths of all members that a value has. */
function membersOf(value: Json): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries<Json>(value).flatMap(([name, part]) => [
    [name],
    ...membersOf(part).map((path) => [name, ...path]),
  ]);
}

function without(value: Json, [name = '', ...rest]: readonly string[]): Json {
  if (Array.isArray(value)) {
    const at = Number(name);
    return rest.length === 0 ? value.toSpliced(at, 1) : value.with(at, without(value[at], rest));
  }
  const { [name]: part, ...others } = value;
  return rest.length === 0 ? others : { ...others, [name]: without(part, rest) };
}

function withValue(body: Json, [name = '', ...rest]: readonly string[], value: unknown): Json {
  const copy = Array.isArray(body) ? [...body] : { ...(typeof body === 'object' ? body : {}) };
  // Not by assignment, which would set the prototype.
  Object.defineProperty(copy, name, {
    value: rest.length === 0 ? value : withValue(copy[name] ?? (rest[0] === '0' ? [] : {}), rest, value),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}
