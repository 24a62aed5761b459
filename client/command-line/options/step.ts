import type { ItemOptions } from '../item-options.ts';

export interface StepOptions extends ItemOptions {
  progress?: string;
  timeout?: string;
}
