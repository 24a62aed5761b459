import type { PollingOptions } from '../polling.ts';

export interface WatchOptions extends PollingOptions {
  breached?: true;
}
