import createClient from 'openapi-fetch';
import type { paths } from './service.d.ts';

/** Calls the service by a client whose types are generated from the OpenAPI document. Returns the replies. */
export async function callService(baseUrl: string, workflow: string, now: number) {
  const client = createClient<paths>({ baseUrl });
  const inAnHour = new Date(now + 3_600_000).toISOString();
  const path = { workflow };
  const item = '2026/11/scan 4711?.tiff';
  const one = { params: { path, query: { id: item } } };

  const saved = await client.PUT('/v1/workflows/{workflow}', {
    params: { path },
    body: { timeout: 'PT1H', warnAfter: 1800, tags: { team: 'archive' } },
  });
  const registered = await client.PUT('/v1/workflows/{workflow}/item', {
    ...one,
    body: { timeout: 900, step: 'received', data: { bucket: 'in' }, tags: { customer: 'acme' } },
  });
  const read = await client.GET('/v1/workflows/{workflow}/item', one);
  const progressed = await client.PATCH('/v1/workflows/{workflow}/item', {
    params: { ...one.params, header: { 'If-Match': `"${read.data?.attempt}"` } },
    body: { step: 'copied', timeout: 'PT20M' },
  });
  const batch = await client.POST('/v1/workflows/{workflow}/batch', {
    params: { path },
    body: {
      operations: [
        { op: 'register', item: 'scan-2', deadline: inAnHour },
        { op: 'progress', item: 'scan-2', failed: { reason: 'the disk is full' } },
        { op: 'complete', item: 'no-such-item' },
      ],
    },
  });
  const list = await client.GET('/v1/workflows/{workflow}/items', {
    params: { path, query: { state: ['waiting'], tag: ['customer:acme'], limit: 10 } },
  });
  const counted = await client.GET('/v1/workflows/{workflow}', { params: { path } });
  const dryRun = await client.POST('/v1/workflows/{workflow}/discards', {
    params: { path },
    body: { state: 'failed', dryRun: true },
  });
  // A dry run first; its token then starts the discard.
  const found = dryRun.data && 'items' in dryRun.data ? dryRun.data : undefined;
  const discarded = await client.POST('/v1/workflows/{workflow}/discards', {
    params: { path },
    body: { token: found?.token ?? '' },
  });
  const incidents = await client.GET('/v1/incidents', { params: { query: { state: 'open', workflow } } });
  const completed = await client.DELETE('/v1/workflows/{workflow}/item', one);
  const refused = await client.PUT('/v1/workflows/{workflow}/item', { ...one, body: { timeout: 'P1Y' } });
  const health = await client.GET('/v1/health');

  const silenced = await client.PUT('/v1/workflows/{workflow}/silence', {
    params: { path },
    body: { until: inAnHour, reason: 'maintenance' },
  });
  const ended = await client.DELETE('/v1/workflows/{workflow}/silence', { params: { path } });
  const { waiting = 0, capped = false } = counted.data?.counts ?? {};
  return {
    timeout: saved.data?.timeout,
    outcome: registered.data?.outcome,
    data: read.data?.data,
    steps: progressed.data?.steps?.map(({ step }) => step),
    statuses: batch.data?.results.map(({ status }) => status),
    listed: typeof list.data === 'object' ? list.data.items.map((one) => one.item) : [],
    counts: { waiting, capped },
    toDiscard: found?.items.map((one) => one.item),
    discardState: discarded.response.status,
    incidents: incidents.data?.incidents.map(({ kind }) => kind),
    completed: completed.data?.outcome,
    refused: refused.error?.code,
    refusedErrors: refused.error?.errors?.map((fault) => fault.path),
    health: health.data?.status,
    silencedUntil: silenced.data?.until,
    ended: ended.response.status,
  };
}
