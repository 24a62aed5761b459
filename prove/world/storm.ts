import type { Happening } from '../history/history.ts';
import type { Request } from '../history/request.ts';

/** The first workflow of storms: single requests are about the workflows before it. */
const firstWorkflow = 10;

/** The registrations of a storm, in batches. Nobody completes these items. */
export function stormOf({ workflows, items, timeout }: Extract<Happening, { does: 'storm' }>): Request[] {
  return Array.from({ length: workflows }, (_, index) => {
    const workflow = firstWorkflow + index;
    const operations = Array.from({ length: items }, (__, item) => ({
      ask: 'register' as const,
      workflow,
      item,
      timeout,
    }));
    return { ask: 'batch', workflow, operations };
  });
}
