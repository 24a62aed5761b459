import * as z from 'zod/mini';
import { NoPath, NoQuery, type OperationContract } from './operation.ts';

export const MetricsText = z.string().check(
  z.meta({
    description: "Metrics of workflows in Prometheus' text format 0.0.4.",
    examples: ['process_warden_items{workflow="uploads",state="overdue"} 1\n'],
  }),
);

export const readMetricsContract = {
  operation: 'read-metrics',
  scope: 'read',
  path: NoPath,
  query: NoQuery,
  mediaType: 'text/plain; version=0.0.4; charset=utf-8',
  replies: { 200: MetricsText },
  problems: [],
} satisfies OperationContract;
