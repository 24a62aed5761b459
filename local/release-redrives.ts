import type { RedrivesTable } from '../core/aws/registry/redrives.ts';

/**
 * Releases redrives and discards of runners that are gone with their process: only one process uses this data, so
 * waiting for their leases is pointless.
 */
export async function releaseRedrives(redrives: RedrivesTable): Promise<void> {
  for await (const { workflow, id } of redrives.running()) {
    // An unreadable redrive is logged when it should continue, and must not keep the service from starting.
    const seen = await redrives.read(workflow, id).catch(() => undefined);
    if (seen?.runner) await redrives.replace(seen, { runner: undefined });
  }
}
