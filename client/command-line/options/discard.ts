import type { FilterOptions } from '../filter-options.ts';

export interface DiscardOptions extends FilterOptions {
  workflow?: string;
  dryRun?: boolean;
  limit?: string;
  note?: string;
  yes?: boolean;
}
