import { IngestMessage } from '../core/contract/ingest-message.ts';
import { parseOperations } from '../core/lambda/batch-operations.ts';
import { batchConnectors, batchMetrics } from '../core/lambda/batch-service.ts';
import { entry } from '../core/lambda/entry.ts';
import { type Failure, queueFunction } from '../core/lambda/queue-function.ts';
import type { BatchResult } from '../core/operations/items/batch.ts';
import { ingest } from '../core/operations/items/ingest.ts';

export const { create, handler } = entry('ingest', batchConnectors, (service) =>
  queueFunction('ingest', IngestMessage, service, async (messages) => {
    const ingested = messages.map(({ messageId, body, text, sentAt = service.clock.now() }) => {
      const operations = parseOperations(body.operations, text);
      return { messageId, workflow: body.workflow, operations, sentAt };
    });
    const results = await ingest(service, ingested);
    service.log.metrics(batchMetrics([...results.values()].flat()));
    return new Map(
      ingested.flatMap(({ messageId, workflow }) => {
        const failure = failureOf(workflow, results.get(messageId) ?? []);
        return failure ? [[messageId, failure]] : [];
      }),
    );
  }),
);

/**
 * A message with an operation that was refused comes again, and in the end goes to the dead-letter queue, where people
 * find it. The registration before a completion may still be on its way. Its other operations are carried out again,
 * which changes nothing (P4).
 */
function failureOf(workflow: string, results: readonly BatchResult[]): Failure | undefined {
  const codes = results.flatMap((result) => ('code' in result ? [result.code] : []));
  if (codes.length === 0) return undefined;
  const error = new Error(`${codes.length} of ${results.length} operations were not carried out`);
  return { error, fields: { workflow, codes: [...new Set(codes)].join(' ') } };
}
