import type { Note } from '../../aws/registry/audit-log.ts';
import type { Redrive, RedriveChange } from '../../contract/redrive.ts';
import { instant } from '../../contract/time.ts';
import type { Caller } from '../../model/access/permission.ts';
import { isOver, redriveView } from '../../model/redrive/redrive-view.ts';
import type { Ports } from '../../ports.ts';
import { contended, ProblemError } from '../../problem-error.ts';
import { mostTries } from '../items/preconditions.ts';
import { noteInIncident } from './note-in-incident.ts';

const wanted = { pause: 'paused', continue: 'running', abort: 'aborted' } as const;
const said = { paused: 'paused', running: 'continued', aborted: 'aborted' } as const;

/**
 * Pauses, continues or aborts a redrive or discard, or changes its rate. A repeat changes nothing. The current page,
 * at most 100 items, is finished first; a new rate applies from the next page. Throws a 404 problem if there is no
 * such redrive, a 409 problem if it has ended.
 */
export async function changeRedrive(
  service: Pick<Ports, 'redrives' | 'incidents' | 'clock'>,
  {
    workflow,
    redrive,
    change,
    caller,
    note,
  }: {
    workflow: string;
    redrive: string;
    change: RedriveChange;
    caller: Pick<Caller, 'by' | 'byName'>;
    note: Note;
  },
): Promise<Redrive> {
  const { redrives, clock } = service;
  for (let tries = 0; tries < mostTries; tries++) {
    const now = clock.now();
    const seen = await redrives.read(workflow, redrive);
    if (seen === undefined || seen.state === 'planned') throw redriveNotFound(workflow, redrive);
    const state = change.action && wanted[change.action];
    const { rate = seen.rate } = change;
    const isNewState = state !== undefined && state !== seen.state;
    const isNewRate = rate !== seen.rate;
    if (isOver(seen) && (isNewState || isNewRate || change.action === undefined)) {
      throw new ProblemError(
        'redrive-over',
        `the ${seen.action} ended at ${seen.endedAt} (${seen.state}), so it cannot be changed`,
      );
    }
    if (!isNewState && !isNewRate) return redriveView(seen, now);
    if (isNewState) await note({ action: `${seen.action}-${said[state]}`, subject: redrive });
    if (isNewRate) await note({ action: `${seen.action}-rate-changed`, subject: redrive });
    const changed = await redrives.replace(seen, {
      ...(isNewState && { state }),
      ...(isNewState && state === 'aborted' && { endedAt: instant(now) }),
      rate,
    });
    if (!changed) continue;
    if (isNewState) {
      const { by, byName } = caller;
      const who = { by, ...(byName !== undefined && { byName }) };
      await noteInIncident(service, changed, { event: `${seen.action}-${said[state]}`, ...who });
    }
    return redriveView(changed, now);
  }
  throw contended(`the redrive ${redrive}`);
}

export function redriveNotFound(workflow: string, redrive: string): ProblemError {
  return new ProblemError('redrive-not-found', `workflow "${workflow}" has no redrive "${redrive}"`);
}
