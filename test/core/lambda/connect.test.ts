import { afterEach, describe, expect, test, vi } from 'vitest';
import { clientSettings } from '../../../core/aws/client-settings.ts';
import { Clients } from '../../../core/aws/clients.ts';
import { ItemsTable } from '../../../core/aws/items/table.ts';
import { AuditLog } from '../../../core/aws/registry/audit-log.ts';
import { RegistryTable } from '../../../core/aws/registry/workflows.ts';
import { Timers } from '../../../core/aws/timers.ts';
import { readContract } from '../../../core/contract/item.ts';
import { endSilenceContract } from '../../../core/contract/silence.ts';
import { listTokensContract, revokeTokenContract } from '../../../core/contract/token.ts';
import { jsonText } from '../../../core/json-text.ts';
import type { Connector } from '../../../core/lambda/connect.ts';
import { entry } from '../../../core/lambda/entry.ts';
import { serve } from '../../../core/lambda/serve.ts';
import { createLog } from '../../../core/log.ts';
import type { Environment } from '../../../core/names/environment.ts';
import { operations } from '../../../core/openapi/paths.ts';
import { read } from '../../../core/operations/items/read.ts';
import { endSilence } from '../../../core/operations/workflows/end-silence.ts';
import { connectors } from '../../../local/connectors.ts';

afterEach(() => vi.unstubAllEnvs());

const running = { clock: { now: () => 0 }, log: createLog(() => {}) };

describe('the clients of a function', () => {
  class Client {
    readonly settings: unknown;

    constructor(settings: unknown) {
      this.settings = settings;
    }
  }

  test('are one of each class, with the common settings', () => {
    const clients = new Clients();
    expect(clients.of(Client)).toBe(clients.of(Client));
    expect(clients.of(Client).settings).toBe(clientSettings);
  });

  test('are those that already exist, if there are any', () => {
    const made = new Client({});
    expect(new Clients([made]).of(Client)).toBe(made);
  });
});

const all: Record<string, Connector<Environment, unknown>> = {
  ...connectors,
  'registry on Lambda': RegistryTable,
  'timers on Lambda': Timers,
};

test.each(Object.entries(all))('%s reads the variables that it declares, and no others', (_, connector) => {
  const variables = new Set<string | symbol>();
  const environment = new Proxy({} as Environment, {
    get: (__, name) => {
      variables.add(name);
      return 'value';
    },
  });
  connector.connect(environment, running, new Clients());
  expect([...variables].toSorted()).toEqual(Object.keys(connector.environment.shape).toSorted());
});

describe('a function', () => {
  const made = () =>
    entry('read-workflow', { items: ItemsTable, registry: RegistryTable }, (service) => () => service);

  test('has a handler on Lambda, with the ports that its connectors create', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'read-workflow');
    vi.stubEnv('ITEMS_TABLE', 'the-items');
    vi.stubEnv('REGISTRY_TABLE', 'the-registry');
    const service = made().handler?.();
    expect(service?.items.name).toBe('the-items');
    expect(service?.registry).toBeInstanceOf(RegistryTable);
    expect(service?.access).toBeUndefined();
  });

  test('fails at its start without the variables of its adapters, and names all of them', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'read-workflow');
    vi.stubEnv('ITEMS_TABLE', '');
    expect(made).toThrow('environment variables missing or not valid: ITEMS_TABLE, REGISTRY_TABLE');
  });

  test('has no handler anywhere else', () => {
    expect(made().handler).toBeUndefined();
  });
});

// `npm run types` checks what these tests say about types.
describe('does not compile', () => {
  const reply = { status: 200, json: {} } as never;

  test('without a port that its operation needs', () => {
    // @ts-expect-error: nobody connects `items`
    serve(readContract, {}, async (service, { path }) => (await read(service, path)) && reply);
    serve(readContract, { items: ItemsTable }, async (service, { path }) => {
      await read(service, path);
      return reply;
    });
  });

  test('with an adapter that needs more than its environment', () => {
    // @ts-expect-error: the environment of `read` has no registry table
    serve(readContract, { items: ItemsTable, registry: RegistryTable }, async () => reply);
  });

  test('if it is audited and has no audit log', () => {
    // @ts-expect-error: nobody connects `audit`
    serve(endSilenceContract, { registry: RegistryTable }, async (service, { path, note }) => {
      await endSilence(service, { ...path, note });
      return { status: 204 };
    });
  });

  test('with a status that its contract does not have', () => {
    serve(revokeTokenContract, { audit: AuditLog }, async () => ({ status: 204 }));
    // @ts-expect-error: a token is revoked with 204
    serve(revokeTokenContract, { audit: AuditLog }, async () => ({ status: 200 }));
    // @ts-expect-error: only problems have this status, and they are thrown
    serve(revokeTokenContract, { audit: AuditLog }, async () => ({ status: 404 }));
  });

  test('with a body that its contract does not have', () => {
    const cursor = 'next';
    serve(listTokensContract, {}, async () => ({ status: 200, json: { tokens: [], cursor } }));
    // @ts-expect-error: `tokens` is missing
    serve(listTokensContract, {}, async () => ({ status: 200, json: { cursor } }));
    // @ts-expect-error: `tokens` are not text
    serve(listTokensContract, {}, async () => ({ status: 200, json: { tokens: [''] } }));
    // @ts-expect-error: the body is missing
    serve(listTokensContract, {}, async () => ({ status: 200 }));
    // @ts-expect-error: the reply has no body
    serve(revokeTokenContract, { audit: AuditLog }, async () => ({ status: 204, json: {} }));
  });

  test('with the JSON text of another value', () => {
    const json = jsonText({ tokens: [], cursor: 'next' });
    serve(listTokensContract, {}, async () => ({ status: 200, json }));
    // @ts-expect-error: it is the text of a value without `tokens`
    serve(listTokensContract, {}, async () => ({ status: 200, json: jsonText({ cursor: 'next' }) }));
  });

  test('with a contract that has no route', () => {
    const contract = { ...listTokensContract, operation: 'list-callers' } as const;
    // @ts-expect-error: no route has this operation
    serve(contract, {}, async () => reply);
  });

  test('if a route has no contract', () => {
    const { 'list-tokens': listTokens, ...others } = operations;
    const complete: typeof operations = { ...others, 'list-tokens': listTokens };
    // @ts-expect-error: the route of list-tokens has none
    const withoutOne: typeof operations = others;
    // @ts-expect-error: the contract of another operation is none
    const withAnother: typeof operations = { ...others, 'list-tokens': operations['list-audit'] };
    expect([complete, withoutOne, withAnother]).toHaveLength(3);
  });
});
