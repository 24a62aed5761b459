import type { RedrivesTable } from '../core/aws/registry/redrives.ts';

/**
 * Takes redrives and discards from runners that are gone with their process: nothing would come of waiting for their
 * leases, as one process alone uses this data.
 */
export async function releaseRedrives(redrives: RedrivesTable): Promise<void> {
  for await (const { workflow, id } of redrives.running()) {
    // One that cannot be read is told of by whoever is to go on with it, and must not keep the service from starting.
    const seen = await redrives.read(workflow, id).catch(() => undefined);
    if (seen?.runner) await redrives.replace(seen, { runner: undefined });
  }
}
