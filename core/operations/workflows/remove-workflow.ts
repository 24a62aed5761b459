import type { Note } from '../../aws/registry/audit-log.ts';
import { openStates } from '../../contract/item.ts';
import { workflowNotFound } from '../../model/workflow/known-workflow.ts';
import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';
import { countText, hasItems, isShown, workflowView } from './workflow-view.ts';

/**
 * Removes a workflow with its settings and silence. Throws a 404 problem if there is none, a 409 problem while it has
 * items.
 */
export async function removeWorkflow(
  { items, registry, clock }: Pick<Ports, 'items' | 'registry' | 'clock'>,
  { workflow, note }: { workflow: string; note: Note },
): Promise<void> {
  const record = await registry.readWorkflow(workflow);
  const view = record && (await workflowView({ items, clock }, record));
  if (!record || !view || !isShown(record, view)) throw workflowNotFound(workflow);
  if (hasItems(view.counts)) {
    const [waiting, overdue, failed] = openStates.map((state) => countText(view.counts, state));
    const { notStarted = 0 } = view.counts;
    const others = notStarted > 0 ? `, and ${notStarted} that were not started in time` : '';
    throw new ProblemError(
      'workflow-not-empty',
      `workflow "${workflow}" has ${waiting} waiting, ${overdue} overdue and ${failed} failed items${others}; complete or discard them first`,
    );
  }
  await note({ action: 'workflow-removed' });
  await registry.removeWorkflow(workflow);
}
