import assert from 'node:assert/strict';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { all, clientOf, type Day, type OpenDay } from './day.ts';

/** docs/deploy.md, "The first token": it is created by anybody who may invoke the function. */
export async function createFirstToken(day: Day): Promise<string> {
  const payload = { name: 'admin', scopes: ['admin'], workflows: ['*'] };
  const { Payload, FunctionError } = await day.cloud.lambda.send(
    new InvokeCommand({
      FunctionName: day.outputs.CreateTokenFunctionName,
      Payload: JSON.stringify(payload),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  assert.equal(FunctionError, undefined, text);
  return JSON.parse(text).token;
}

/** A token of one workflow, made by the first one, may do no more than it says. */
export async function limitTokens(day: OpenDay): Promise<string> {
  const { client, tokenApi } = day;
  const made = await client.tokens.create({ name: 'uploader', scopes: ['ingest'], workflows: ['uploads'] });
  const uploader = clientOf(day, made.token);
  await uploader.register('uploads', 'allowed', { timeout: '1h' });
  await uploader.complete('uploads', 'allowed');
  await assert.rejects(uploader.register('orders', 'o-1', { timeout: '1h' }), { status: 403 });
  await assert.rejects(uploader.workflows.get('uploads'), { status: 403 });

  const statusOf = async (headers: Record<string, string>) =>
    (await fetch(`${tokenApi}/v1/workflows`, { headers })).status;
  assert.equal(await statusOf({}), 401, 'without a token');
  const unknown = made.token.replaceAll(/[A-Za-z](?=.{0,3}$)/g, 'x');
  assert.equal(
    await statusOf({ authorization: `Bearer ${unknown}` }),
    401,
    'with a token that does not exist',
  );

  const audit = await all(client.audit());
  assert.ok(audit.length >= 2, `the audit log has ${audit.length} entries, not one for each token`);
  return '401 without a token, 403 beyond its scope and its workflow';
}
