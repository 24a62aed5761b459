import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { connectRegistryTable, type RegistryTable } from '../core/aws/registry/workflows.ts';
import { endSilenceContract } from '../core/contract/silence.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { endSilence } from '../core/operations/workflows/end-silence.ts';
import type { Running } from '../core/running.ts';

export function create(service: { registry: RegistryTable; audit: AuditLog } & Running) {
  return httpFunction(endSilenceContract, service, async ({ path, note }) => {
    await endSilence(service, { ...path, note });
    return { status: 204 };
  });
}

export const handler = onLambda(environments['end-silence'], (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  const audit = new AuditLog(registry.client, registry.name, running.clock);
  return create({ ...running, registry, audit });
});
