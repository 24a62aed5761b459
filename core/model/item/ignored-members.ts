import { type IgnorableMember, ignorableMembers, type RegisterRequest } from '../../contract/registration.ts';
import { instant } from '../../contract/time.ts';
import { timeoutMs } from '../../contract/timeout.ts';
import type { JsonText } from '../../json-text.ts';
import { type ItemRecord, isOpen } from './item-record.ts';
import type { Receipt } from './receipt.ts';
import { loadData } from './stored-data.ts';

/**
 * The members of a registration that had no effect because the item is already waiting or completed: the members that
 * differ from the item.
 *
 * @param data the `data` of the request, as the text it came in
 */
export function ignoredMembers(
  request: RegisterRequest,
  data: JsonText | undefined,
  seen: ItemRecord | Receipt,
): IgnorableMember[] {
  const given = ignorableMembers.filter((name) =>
    name === 'data' ? data !== undefined : request[name] !== undefined,
  );
  if (!isOpen(seen)) return given;
  const startedAt = Date.parse(seen.startedAt);
  const after = (duration: number | string | undefined) => {
    const ms = duration === undefined ? undefined : timeoutMs(duration);
    return ms === undefined ? undefined : instant(startedAt + ms);
  };
  const same: Record<IgnorableMember, () => boolean> = {
    timeout: () => after(request.timeout) === seen.deadline,
    deadline: () => sameInstant(request.deadline, seen.deadline),
    startBy: () =>
      seen.startBy !== undefined &&
      (after(request.startBy) === seen.startBy || sameInstant(request.startBy, seen.startBy)),
    warnAfter: () => timeoutMs(request.warnAfter ?? '') === seen.warnAfterMs,
    stuckAfter: () => timeoutMs(request.stuckAfter ?? '') === seen.stuckAfterMs,
    data: () => seen.data !== undefined && loadData(seen.data) === data,
    step: () => seen.steps.some(({ step }) => step === request.step),
    tags: () => sorted(request.tags ?? {}) === sorted(seen.tags),
  };
  return given.filter((name) => !same[name]());
}

function sameInstant(given: number | string | undefined, at: string): boolean {
  return typeof given === 'string' && Date.parse(given) === Date.parse(at);
}

function sorted(tags: Record<string, string>): string {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}
