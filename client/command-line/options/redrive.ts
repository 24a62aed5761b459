import type { FilterOptions } from '../filter-options.ts';

/** The options of the subcommands, which are about a redrive that has been started. */
export interface StartedOptions {
  workflow?: string;
  watch?: boolean;
}

export interface RedriveOptions extends FilterOptions {
  workflow?: string;
  dryRun?: boolean;
  try?: string | true;
  limit?: string;
  rate?: string;
  timeout?: string;
  note?: string;
  yes?: boolean;
  watch?: boolean;
}
