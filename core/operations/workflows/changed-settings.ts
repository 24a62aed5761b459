import { isDeepStrictEqual } from 'node:util';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';

/** Groups of settings: the audit log names each setting in them. */
const groups: readonly string[] = ['notifications', 'expect', 'redrive'];

/** The names of the settings that differ, such as `timeout` and `notifications.quiet`: never their values. */
export function changedSettings(before: WorkflowSettings, after: WorkflowSettings): string[] {
  const [were, are] = [flat(before), flat(after)];
  const names = new Set([...were.keys(), ...are.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(were.get(name), are.get(name))).toSorted();
}

function flat(settings: WorkflowSettings): Map<string, unknown> {
  const values = Object.entries(settings).flatMap(([name, value]): [string, unknown][] =>
    groups.includes(name)
      ? Object.entries(value as object).map(([part, one]) => [`${name}.${part}`, one])
      : [[name, value]],
  );
  return new Map(values.filter(([, value]) => value !== undefined));
}
