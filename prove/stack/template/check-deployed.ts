import assert from 'node:assert/strict';
import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Assembly } from './assembly.ts';

/** CloudFormation created every resource of the template, and no other. */
export async function checkDeployed(
  { resources, takenOut }: Assembly,
  deployed: readonly StackResourceSummary[],
): Promise<string> {
  for (const { LogicalResourceId: id = '', ResourceStatus, ResourceType } of deployed) {
    assert.equal(ResourceStatus, 'CREATE_COMPLETE', id);
    assert.equal(ResourceType, resources[id]?.Type, id);
  }
  const ids = deployed.map(({ LogicalResourceId }) => LogicalResourceId);
  assert.deepEqual(ids.toSorted(), Object.keys(resources).toSorted());
  return `${ids.length} created, ${Object.keys(takenOut).length} left out`;
}
