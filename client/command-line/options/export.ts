import type { FilterOptions } from '../filter-options.ts';

export interface ExportOptions extends FilterOptions {
  workflow?: string;
}
