import type { RedrivesTable } from '../core/aws/registry/redrives.ts';

/**
 * Releases the leases of redrives and discards whose runners ended with their process. Only one process uses this data,
 * so there is no reason to wait until the leases end.
 */
export async function releaseRedrives(redrives: RedrivesTable): Promise<void> {
  for await (const { workflow, id } of redrives.running()) {
    // An unreadable redrive is logged when it should continue, and must not prevent the start of the service.
    const seen = await redrives.read(workflow, id).catch(() => undefined);
    if (seen?.runner) await redrives.replace(seen, { runner: undefined });
  }
}
