import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createLog } from '../../core/log.ts';
import { createFunctions } from '../../local/functions.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import type { MemoryService } from '../memory/connect-memory.ts';
import { httpEvent } from '../world/http-event.ts';
import { type Described, document, type Json, operations, placesIn, resolved } from './document.ts';
import { headers, texts, values } from './values.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
/** Calls that leave something behind. */
const writes = /^(Put|Update|Delete|Create|Publish|BatchWrite|Send)/;

export interface BadInput {
  cases: number;
  /** Requests that the document does not allow, each refused with a problem. */
  refused: number;
  /** What was answered or stored that must not be. */
  broken: string[];
}

/** A request with something wrong in it, and whether the OpenAPI document says that it is wrong. */
interface Bad {
  operation: Described;
  event: APIGatewayProxyEventV2;
  what: string;
  isWrong: boolean;
}

/**
 * Sends requests with one or two things wrong, in every field, parameter and header of every operation. What the published
 * document does not allow must be answered with a 4xx problem and leave nothing behind; nothing may be answered with a 5xx.
 */
export async function proveBadInput(
  service: MemoryService,
  { seed, cases, onCase = () => {} }: { seed: number; cases: number; onCase?: (done: number) => void },
): Promise<BadInput> {
  const random = seededRandom(seed);
  const stored: string[] = [];
  service.memory.reset({
    clock: { now: () => now },
    disturbances: {
      fault: ({ operation }) => {
        if (writes.test(operation)) stored.push(operation);
        return undefined;
      },
    },
  });
  const ports = service.process({ clock: { now: () => now }, log: createLog(() => {}) });
  const { routes } = createFunctions(ports, { auth: false });
  const draw = new Drawing(random);
  const result: BadInput = { cases, refused: 0, broken: [] };
  for (let number = 0; number < cases; number++) {
    const { operation, event, what, isWrong } = draw.request(number);
    const route = routes.find(({ method, path }) => method === operation.method && path === operation.route);
    if (route === undefined) throw new Error(`there is no route ${operation.method} ${operation.route}`);
    stored.length = 0;
    const reply = await route.handler(event);
    const fault = faultOf(reply as Json, operation, isWrong, stored);
    if (fault === undefined && isWrong) result.refused++;
    if (fault !== undefined && result.broken.length < 20)
      result.broken.push(`${operation.method} ${operation.route} with ${what}: ${fault}`);
    onCase(number + 1);
  }
  return result;
}

function faultOf(
  reply: Json,
  { route }: Described,
  isWrong: boolean,
  stored: readonly string[],
): string | undefined {
  const { statusCode, body = '' } = reply;
  if (statusCode >= 500) return `${statusCode} ${body}`;
  const isBatch = route.endsWith('/batch');
  const isRefused = statusCode >= 400 || (isBatch && statusCode === 207);
  if (isWrong && !isRefused) return `${statusCode}, which the document does not allow`;
  if (statusCode < 400) return undefined;
  const { code, detail, status } = JSON.parse(body);
  // A batch of which every operation is wrong has their results.
  if (!isBatch && (!code || !detail || status !== statusCode))
    return `${statusCode} without a problem: ${body}`;
  if (isWrong && !isBatch && stored.length > 0) return `${statusCode}, and ${stored.join(', ')} was called`;
  return undefined;
}

/** Draws requests with something wrong. */
class Drawing {
  readonly #random: () => number;
  readonly #validators = new Map<Json, ValidateFunction>();
  readonly #places = new Map<Described, string[][]>();
  readonly #ajv: Ajv2020;

  constructor(random: () => number) {
    this.#random = random;
    this.#ajv = new Ajv2020({ strict: false });
    addFormats.default(this.#ajv);
  }

  request(number: number): Bad {
    // Every operation in turn.
    const operation = operations[number % operations.length] as Described;
    const parameters = new Map(
      operation.parameters.filter((one) => one.in === 'path').map(({ name }) => [name, goodValue(name)]),
    );
    const query = new Map(operation.parameters.filter(isRequired).map(({ name }) => [name, goodValue(name)]));
    let body = operation.body ? structuredClone(this.#one(operation.examples)) : undefined;
    let text: string | undefined;
    const sent: Record<string, string> = {};
    let isWrong = false;
    const what: string[] = [];
    for (let left = this.#random() < 0.7 ? 1 : 2; left > 0; left--) {
      const kind = this.#random();
      if (operation.body && kind < 0.65) {
        const places = this.#placesOf(operation);
        const place = this.#random() < 0.1 ? ['unheardOf'] : this.#one(places);
        const value = this.#one(values);
        body = withValue(body, place, value);
        what.push(`${place.join('.')} = ${JSON.stringify(value)?.slice(0, 60)}`);
      } else if (operation.body && kind < 0.75) {
        text = this.#one(texts);
        what.push(`the text ${text.slice(0, 40)}`);
      } else if (kind < 0.85) {
        Object.assign(sent, this.#one(headers));
        what.push(`the headers ${JSON.stringify(sent).slice(0, 60)}`);
      } else {
        const known = operation.parameters.find(({ in: where }) => where === 'query' && this.#random() < 0.3);
        const name = known?.name ?? 'unheard-of';
        const value = String(this.#one(values.filter((one) => typeof one === 'string' && one.length < 400)));
        query.set(name, value);
        what.push(`${name}=${value.slice(0, 40)}`);
      }
    }
    for (const [name, value] of query) isWrong ||= !this.#isValidQuery(operation, name, value);
    if (text === undefined && body !== undefined) isWrong ||= !this.#isValid(operation.body, body);
    const event = httpEvent(
      {
        method: operation.method,
        route: operation.route,
        parameters: Object.fromEntries(parameters),
        query: Object.fromEntries(query),
        headers: sent,
        body,
      },
      number,
      now,
    );
    return {
      operation,
      event: text === undefined ? event : { ...event, body: text },
      what: what.join(' and '),
      isWrong,
    };
  }

  #one<Value>(from: readonly Value[]): Value {
    return from[Math.floor(this.#random() * from.length)] as Value;
  }

  #placesOf(operation: Described): string[][] {
    const places = this.#places.get(operation) ?? placesIn(operation.body);
    this.#places.set(operation, places);
    return places;
  }

  #isValidQuery(operation: Described, name: string, value: string): boolean {
    const known = operation.parameters.find((one) => one.in === 'query' && one.name === name);
    if (known === undefined) return isOpenQuery(operation);
    return this.#isValid(known.schema, inQuery(known.schema, value));
  }

  #isValid(schema: Json, value: unknown): boolean {
    const { components } = document;
    const validator = this.#validators.get(schema) ?? this.#ajv.compile({ ...schema, components });
    this.#validators.set(schema, validator);
    // As it arrives: JSON has no undefined.
    return validator(JSON.parse(JSON.stringify(value) ?? 'null'));
  }
}

function isRequired({ in: where, required }: Json): boolean {
  return where === 'query' && required === true;
}

/** Health checks and the document take any query. */
function isOpenQuery({ route }: Described): boolean {
  return route === '/v1/health' || route === '/v1/openapi.json' || route === '/v1/metrics';
}

/** One value of a query as its schema sees it: a list may have one value, and a query has only text. */
function inQuery(schema: Json, value: string): unknown {
  const { type } = resolved(schema);
  if (type === 'array') return [value];
  return type === 'integer' && /^-?\d+$/.test(value) ? Number(value) : value;
}

function goodValue(name: string): string {
  if (name === 'workflow') return 'workflow-0';
  return name === 'id' || name.startsWith('item') ? 'item-0' : '0'.repeat(20);
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
