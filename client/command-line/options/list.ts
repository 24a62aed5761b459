import type { FilterOptions } from '../filter-options.ts';

export interface ListOptions extends FilterOptions {
  workflow?: string;
  sort?: 'id' | 'deadline' | 'registration';
  order?: 'asc' | 'desc';
  limit?: string;
  count?: true;
  groupBy?: 'step' | 'reason' | 'type' | 'tag' | 'state';
  csv?: true;
  failIfAny?: true;
}
