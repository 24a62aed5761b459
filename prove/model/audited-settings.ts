import type { Settings } from '../history/request.ts';
import type { Asked } from '../ledger.ts';

/** The settings of a history, as the audit log names them. */
const names: Record<keyof Settings, string[]> = {
  receipts: ['receipts'],
  warnAfter: ['warnAfter'],
  stuckAfter: ['stuckAfter'],
  spacing: ['notifications.spacing'],
  reminder: ['notifications.reminder'],
  quiet: ['notifications.quiet'],
  automatic: ['idempotent', 'redrive.automatic'],
  expect: ['expect.atLeast', 'expect.every'],
};

/** The names of the settings that a request sets or removes. */
export function settingsNamed({ request }: Pick<Asked, 'request'>): string[] {
  return namesOf(request, (value) => value !== undefined);
}

/** The names of the settings that a request sets. */
export function settingsSet({ request }: Pick<Asked, 'request'>): string[] {
  return namesOf(request, (value) => value !== undefined && value !== null);
}

function namesOf(request: Asked['request'], isMeant: (value: unknown) => boolean): string[] {
  if (!('settings' in request)) return [];
  return Object.entries(request.settings)
    .filter(([, value]) => isMeant(value))
    .flatMap(([name]) => names[name as keyof Settings]);
}

/**
 * Whether an entry names no setting that the request cannot have changed. Saved settings replace all that were there
 * before, and a new workflow had none.
 */
export function canChange(one: Asked, listed: readonly string[], ofWorkflow: readonly Asked[]): boolean {
  const { request, reply, end } = one;
  if (request.ask === 'settings' && reply?.status === 201) {
    return JSON.stringify(listed.toSorted()) === JSON.stringify(settingsSet(one).toSorted());
  }
  const replaced = request.ask === 'settings' ? ofWorkflow.filter(({ at }) => at <= end) : [];
  const possible = new Set([one, ...replaced].flatMap(settingsNamed));
  return listed.every((name) => possible.has(name));
}
