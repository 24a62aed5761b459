import type { Silence } from '../../contract/silence.ts';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';
import type { ConditionalUpdate } from '../expression.ts';

/** The members of a workflow to save. A member that is not given stays unchanged. */
export interface WorkflowChange {
  settings?: WorkflowSettings;
  shards?: number | undefined;
  /** The expected registrations are unchanged, so they are judged as before. */
  sameExpectation?: boolean;
  silence?: Silence;
  /** Only over these settings, known by their revision. */
  over?: { settingsRevision?: number | undefined };
}

/** Counts a change of the settings. Needs the values `none` (0) and `one` (1). */
export const nextSettings = '#settingsRevision = if_not_exists(#settingsRevision, :none) + :one';

/** Enters or restores a workflow with the members of the change. */
export function savedWorkflow(
  { settings, shards, sameExpectation, silence, over }: WorkflowChange,
  now: string,
): ConditionalUpdate {
  const seen = over?.settingsRevision;
  return {
    set: {
      settings,
      settingsAt: settings && !sameExpectation ? now : undefined,
      silence,
      shards,
      removed: false,
    },
    remove: ['removedAt'],
    actions: ['#firstSeenAt = if_not_exists(#firstSeenAt, :now)', ...(settings ? [nextSettings] : [])],
    values: {
      now,
      ...(settings && { none: 0, one: 1 }),
      ...(over && { no: false }),
      ...(seen !== undefined && { seen }),
    },
    conditions: [
      // Items stay in the partitions in which they were registered: with fewer partitions some would not be found.
      ...(shards === undefined ? [] : ['(attribute_not_exists(#shards) OR #shards <= :set_shards)']),
      ...(over ? ['attribute_exists(#kind)', '(attribute_not_exists(#removed) OR #removed = :no)'] : []),
      ...(over
        ? [seen === undefined ? 'attribute_not_exists(#settingsRevision)' : '#settingsRevision = :seen']
        : []),
    ],
  };
}
