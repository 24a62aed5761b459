import type { Note } from '../../aws/registry/audit-log.ts';
import type { RedrivesTable } from '../../aws/registry/redrives.ts';
import type { Clock } from '../../clock.ts';
import type { Redrive, RedriveChange } from '../../contract/redrive.ts';
import { instant } from '../../contract/time.ts';
import { isOver, redriveView } from '../../model/redrive/redrive-view.ts';
import { contended, ProblemError } from '../../problem-error.ts';
import { mostTries } from '../items/preconditions.ts';

const wanted = { pause: 'paused', continue: 'running', abort: 'aborted' } as const;
const said = { pause: 'paused', continue: 'continued', abort: 'aborted' } as const;

/**
 * Pauses, continues or aborts a redrive or discard. A repeat changes nothing. What is under way, a page of 100 items at
 * most, comes to its end. Throws a 404 problem when there is none, a 409 one when it is at its end.
 */
export async function changeRedrive(
  { redrives, clock }: { redrives: RedrivesTable; clock: Clock },
  {
    workflow,
    redrive,
    change,
    note,
  }: { workflow: string; redrive: string; change: RedriveChange; note: Note },
): Promise<Redrive> {
  for (let tries = 0; tries < mostTries; tries++) {
    const now = clock.now();
    const seen = await redrives.read(workflow, redrive);
    if (seen === undefined || seen.state === 'planned') throw redriveNotFound(workflow, redrive);
    const state = wanted[change.action];
    if (seen.state === state) return redriveView(seen, now);
    if (isOver(seen)) {
      throw new ProblemError('redrive-over', `the ${seen.action} is ${seen.state} since ${seen.endedAt}`);
    }
    await note({ action: `${seen.action}-${said[change.action]}`, subject: redrive });
    const changed = await redrives.replace(seen, {
      state,
      ...(state === 'aborted' && { endedAt: instant(now) }),
    });
    if (changed) return redriveView(changed, now);
  }
  throw contended(`the redrive ${redrive}`);
}

export function redriveNotFound(workflow: string, redrive: string): ProblemError {
  return new ProblemError('redrive-not-found', `workflow "${workflow}" has no redrive "${redrive}"`);
}
