import { batchContract } from '../core/contract/batch.ts';
import { parseOperations } from '../core/lambda/batch-operations.ts';
import { batchConnectors, batchMetrics } from '../core/lambda/batch-service.ts';
import { serve } from '../core/lambda/serve.ts';
import { visibleTo } from '../core/lambda/visible-to.ts';
import { type BatchResult, batch, batchStatus } from '../core/operations/items/batch.ts';

export const { create, handler } = serve(
  batchContract,
  batchConnectors,
  async (service, { path, body, text, caller }) => {
    const operations = parseOperations(body.operations, text);
    const results = await batch(service, { ...path, operations });
    service.log.metrics(batchMetrics(results));
    const failed = results.filter(({ status }) => status >= 400).length;
    return {
      status: batchStatus(results),
      json: { results: results.map((result) => visibleTo(caller, result)) },
      outcome: `${results.length - failed} done, ${failed} not`,
      ...(failed === results.length && retryLater(results)),
    };
  },
);

function retryLater(results: readonly BatchResult[]) {
  return results.some(({ status }) => status >= 500) ? { headers: { 'retry-after': '1' } } : {};
}
