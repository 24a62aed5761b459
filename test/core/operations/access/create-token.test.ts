import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInvocable } from '../../../../functions/create-token.ts';
import { registryTable } from '../../../../local/names.ts';
import { onEngines } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { bearer, makeToken } from '../../../support/tokens.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const body = { name: 'upload service', scopes: ['ingest'], workflows: ['uploads', 'scans-*'] };

describe('a new token', () => {
  onEngines((warden) => {
    const create = (request: unknown) => warden().request('POST', '/v1/tokens', { body: request });

    test('is shown once, and stored as a hash', async () => {
      const { status, headers, json } = await create({ ...body, expiresIn: 'P90D' });
      const now = warden().clock.now();
      expect(status).toBe(201);
      expect(headers['cache-control']).toBe('no-store');
      expect(json).toEqual({
        ...body,
        id: expect.stringMatching(/^[A-Za-z0-9]{12}$/),
        token: expect.stringMatching(`^pw_${json.id}_[A-Za-z0-9_-]{43}$`),
        createdAt: new Date(now).toISOString(),
        expiresAt: new Date(now + 90 * 86_400_000).toISOString(),
      });
      const { Item } = await warden().aws.dynamodb.send(
        new GetItemCommand({
          TableName: registryTable,
          Key: { kind: { S: 'token' }, name: { S: json.id } },
          ConsistentRead: true,
        }),
      );
      expect(Item?.label).toEqual({ S: body.name });
      expect(JSON.stringify(Item)).not.toContain(json.token.slice(16));
    });

    test('without an expiry never expires; a repeated request creates another token', async () => {
      const [one, two] = [await create(body), await create(body)];
      expect(one.json).not.toHaveProperty('expiresAt');
      expect(one.json.id).not.toBe(two.json.id);
    });

    test.each([
      [{}, ['name', 'scopes', 'workflows']],
      [{ ...body, name: '' }, ['name']],
      [{ ...body, name: 'x'.repeat(129) }, ['name']],
      [{ ...body, scopes: [] }, ['scopes']],
      [{ ...body, scopes: 'ingest' }, ['scopes']],
      [{ ...body, scopes: ['write'] }, ['scopes.0']],
      [{ ...body, scopes: ['read', 'read'] }, ['scopes']],
      [{ ...body, workflows: [] }, ['workflows']],
      [{ ...body, workflows: ['a*b'] }, ['workflows.0']],
      [{ ...body, workflows: ['**'] }, ['workflows.0']],
      [{ ...body, workflows: [''] }, ['workflows.0']],
      [{ ...body, workflows: ['..'] }, ['workflows.0']],
      [{ ...body, workflows: ['a/b'] }, ['workflows.0']],
      [{ ...body, workflows: ['x'.repeat(65)] }, ['workflows.0']],
      [{ ...body, workflows: ['a', 'a'] }, ['workflows']],
      [{ ...body, workflows: Array.from({ length: 51 }, (_, index) => `w${index}`) }, ['workflows']],
      [{ ...body, scopes: ['admin'] }, ['workflows']],
      [{ ...body, scopes: ['admin'], workflows: ['*', 'uploads'] }, ['workflows']],
      [{ ...body, expiresIn: 0 }, ['expiresIn']],
      [{ ...body, expiresIn: -60 }, ['expiresIn']],
      [{ ...body, expiresIn: 'P367D' }, ['expiresIn']],
      [{ ...body, expiresIn: 'soon' }, ['expiresIn']],
      [{ ...body, expiresAt: '2027-01-01T00:00:00Z' }, ['expiresAt']],
      [{ ...body, id: '0123456789ab' }, ['id']],
      [{ ...body, __token: 'x' }, ['__token']],
    ])('asked for by %j is refused with what is wrong', async (request, paths) => {
      const { status, json } = await create(request);
      expect({ status, paths: json.errors.map(({ path }: { path: string }) => path) }).toEqual({
        status: 400,
        paths,
      });
    });
  });
});

describe('the function', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden({ auth: true });
  });
  afterAll(() => warden.close());

  test('creates the first token if it is invoked with the request alone', async () => {
    const invoke = createInvocable(warden.aws.service);
    const reply = await invoke({ name: 'first', scopes: ['admin'], workflows: ['*'] });
    const { json } = await warden.request('GET', '/v1/tokens', {
      headers: bearer('token' in reply ? reply.token : ''),
    });
    expect(json.tokens).toMatchObject([{ name: 'first', createdBy: 'invocation' }]);
    await expect(invoke({ name: 'second', scopes: ['root'], workflows: ['*'] })).rejects.toThrow('scopes');
  });

  test('security L15: an invocation that is refused throws nothing of what it received', async () => {
    const invoke = createInvocable(warden.aws.service);
    const secret = 'pw_4mQ9xT2bVw7K_secret';
    const bad = { name: `${secret}\n`, scopes: [secret], workflows: [`${secret} `], expiresIn: secret };
    const error: Error = await invoke(bad).then(
      () => new Error('accepted'),
      (thrown) => thrown,
    );
    expect(error.message).toBe('the request is not valid: name, scopes.0, workflows.0, expiresIn');
    expect(warden.logLines.join()).not.toMatch(/pw_/);
  });

  test('never takes a request from an API for an invocation', async () => {
    const invoke = createInvocable(warden.aws.service);
    const event = {
      version: '2.0',
      rawPath: '/v1/tokens',
      rawQueryString: '',
      headers: {},
      isBase64Encoded: false,
    };
    for (const authorizer of [undefined, {}, { lambda: {} }, { lambda: { anonymous: 'missing' } }]) {
      const requestContext = { requestId: 'r', http: { method: 'POST' }, ...(authorizer && { authorizer }) };
      const request = { name: 'x', scopes: ['admin'], workflows: ['*'] };
      const reply = await invoke({ ...event, ...request, requestContext, body: JSON.stringify(request) });
      expect(reply).toMatchObject({ statusCode: 401 });
    }
  });

  test('records who created it', async () => {
    const { id, token } = await makeToken(warden, { scopes: ['admin'] });
    const made = await warden.request('POST', '/v1/tokens', { body, headers: bearer(token) });
    const { json } = await warden.request('GET', '/v1/tokens', { headers: bearer(token) });
    expect(json.tokens).toContainEqual(expect.objectContaining({ id: made.json.id, createdBy: id }));
  });
});

test('security M6: a token expires no later than the one that created it, and the audit log says what it may do', async () => {
  const warden = await startWarden({ auth: true });
  try {
    const admin = { scopes: ['admin' as const], expiresIn: 60 };
    const parent = await makeToken(warden, admin);
    const asked = (more: object) =>
      warden.request('POST', '/v1/tokens', { body: { ...body, ...more }, headers: bearer(parent.token) });
    for (const more of [{}, { expiresIn: 3_600 }]) {
      expect((await asked(more)).json.expiresAt).toBe(parent.expiresAt);
    }
    const sooner = await asked({ expiresIn: 10 });
    expect(Date.parse(sooner.json.expiresAt)).toBe(warden.clock.now() + 10_000);
    const { json } = await warden.request('GET', '/v1/audit', { headers: bearer(parent.token) });
    const { scopes, workflows } = body;
    expect(json.entries[0]).toMatchObject({ action: 'token-created', by: parent.id, scopes, workflows });
  } finally {
    await warden.close();
  }
});
