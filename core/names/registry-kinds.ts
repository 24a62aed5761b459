/**
 * Kinds of records in the registry table: its partition keys. The stack grants functions one kind each by an IAM
 * condition. A star in it stands for any text, and no other character may have a meaning in IAM.
 */
export const registryKinds = {
  workflow: 'workflow',
  openIncident: 'open-incident',
  endingIncident: 'ending-incident',
  incident: 'incident',
  lastIncident: 'last-incident',
  /** A partition for each shard of each incident. */
  tally: 'tally#*',
  /** A partition for each shard of each workflow. */
  registrations: 'registrations#*',
  /** A partition for each workflow. */
  statistics: 'statistics#*',
  redrive: 'redrive',
  runningRedrive: 'running-redrive',
  /** Redrives, and the pages of the items that they resumed, in order of time: all are deleted in that order. */
  datedRedrive: 'dated-redrive',
  audit: 'audit',
  warden: 'warden',
  budget: 'budget',
  token: 'token',
} as const;

export type RegistryKind = (typeof registryKinds)[keyof typeof registryKinds];

/** The partition key of the statistics of a workflow. */
export function statisticsKind(workflow: string): string {
  return `${registryKinds.statistics.slice(0, -1)}${workflow}`;
}

/** The partition key of one shard: counters that are written too often for one partition have several. */
export function shardedKind(
  kind: typeof registryKinds.tally | typeof registryKinds.registrations,
  of: string,
  shard: number,
): string {
  return `${kind.slice(0, -1)}${of}#${shard}`;
}
