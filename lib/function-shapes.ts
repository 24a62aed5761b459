import { Duration } from 'aws-cdk-lib';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import {
  authorizerTimeoutMs,
  checkTimersTimeoutMs,
  runRedrivesEveryMs,
  runRedrivesTimeoutMs,
  sweepEveryMs,
  sweepTimeoutMs,
} from '../core/names/clockwork.ts';
import type { ServiceFunctionName } from './function-names.ts';

/** Memory and timeouts that differ from 256 MB and the timeout of a request. */
export const shapes: Partial<
  Record<ServiceFunctionName, { memorySize?: number; timeout?: Duration } & FunctionOptions>
> = {
  // Compression and many parallel calls need more than a seventh of a processor.
  register: { memorySize: 512 },
  progress: { memorySize: 512 },
  fail: { memorySize: 512 },
  complete: { memorySize: 512 },
  batch: { memorySize: 512 },
  ingest: { memorySize: 512 },
  // Whole pages of items with their data, and dry runs over all breached items.
  list: { memorySize: 512 },
  'start-redrive': { memorySize: 512 },
  discard: { memorySize: 512 },
  'check-timers': { memorySize: 512, timeout: Duration.millis(checkTimersTimeoutMs) },
  authorize: { timeout: Duration.millis(authorizerTimeoutMs) },
  // Ends before the next one starts, which does the work of a retry. A whole processor, which comes with this much
  // memory: if no timer fires, a run marks and reports thousands of items.
  sweep: {
    memorySize: 1769,
    timeout: Duration.millis(sweepTimeoutMs),
    retryAttempts: 0,
    maxEventAge: Duration.millis(sweepEveryMs),
  },
  // The next run continues with the remaining work, as a retry would.
  'run-redrives': {
    memorySize: 1024,
    timeout: Duration.millis(runRedrivesTimeoutMs),
    retryAttempts: 0,
    maxEventAge: Duration.millis(runRedrivesEveryMs),
  },
};
