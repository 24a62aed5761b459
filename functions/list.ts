import { connectItemsTable } from '../core/aws/items/table.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { listContract } from '../core/contract/operations.ts';
import type { JsonText } from '../core/json-text.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { exportItems } from '../core/operations/items/export.ts';
import { type ListService, list } from '../core/operations/items/list.ts';
import type { Running } from '../core/running.ts';

export function create(service: ListService & Running) {
  return httpFunction('list', listContract, service, async ({ path, query }, { rawQueryString }) => {
    if (query.format !== 'jsonl') return { status: 200, json: await list(service, { ...path, query }) };
    const { lines, cursor } = await exportItems(service, { ...path, query });
    const next = cursor !== undefined && { link: `<?${withCursor(rawQueryString, cursor)}>; rel="next"` };
    const headers = { 'content-type': 'application/x-ndjson', ...next };
    return { status: 200, json: lines.map((line) => `${line}\n`).join('') as JsonText, headers };
  });
}

function withCursor(rawQueryString: string, cursor: string): string {
  const query = new URLSearchParams(rawQueryString);
  query.set('cursor', cursor);
  return query.toString();
}

export const handler = onLambda(environments.list, (environment, running) => {
  const items = connectItemsTable(environment, running.clock);
  const registry = new RegistryTable(items.client, environment.REGISTRY_TABLE, running.clock);
  return create({ ...running, items, registry });
});
