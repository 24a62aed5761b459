import { connectRegistryTable, type RegistryTable } from '../core/aws/registry-table.ts';
import { silenceWorkflowContract } from '../core/contract/incident-operations.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { silenceWorkflow } from '../core/operations/silence-workflow.ts';

export function create(service: { registry: RegistryTable } & Running) {
  return httpFunction(
    'silence-workflow',
    silenceWorkflowContract,
    service,
    async ({ path, body, caller }) => ({
      status: 200,
      json: await silenceWorkflow(service, { ...path, request: body, by: caller.arn ?? caller.id }),
    }),
  );
}

export const handler = onLambda(environments['silence-workflow'], (environment, running) =>
  create({ ...running, registry: connectRegistryTable(environment, running.clock) }),
);
