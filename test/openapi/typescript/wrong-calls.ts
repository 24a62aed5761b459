import createClient from 'openapi-fetch';
import type { paths } from './service.d.ts';

/** Each of these calls differs from the document, and the compiler names every one. */
export async function wrongCalls() {
  const client = createClient<paths>();
  const params = { path: { workflow: 'uploads' }, query: { id: 'scan-1' } };
  const registered = await client.PUT('/v1/workflows/{workflow}/item', { params, body: { timeout: true } });
  await client.GET('/v1/workflows/{workflow}/item', { params: { path: { workflow: 'uploads' } } });
  await client.POST('/v1/workflows/{workflow}/discards', { params, body: { token: 'x', dryRun: false } });
  await client.GET('/v1/nothing');
  return registered.data?.priority;
}
