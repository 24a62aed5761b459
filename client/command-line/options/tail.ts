import type { PollingOptions } from '../polling.ts';

export interface TailOptions extends PollingOptions {
  workflow?: string;
}
