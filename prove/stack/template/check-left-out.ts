import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import type { Cloud } from '../cloud.ts';
import { until } from '../until.ts';
import { leftOut } from './left-out.ts';
import type { TemplateResource } from './template.ts';

const withinMs = 20_000;

/**
 * Tries to create each resource that was left out, in a stack of its own. Throws an error with the resources that can be
 * created or are refused for another reason than the list has.
 *
 * @param named the physical ids of the deployed stack, by logical id
 */
export async function checkLeftOut(
  cloud: Cloud,
  takenOut: Readonly<Record<string, TemplateResource>>,
  named: ReadonlyMap<string, string>,
): Promise<void> {
  const faults: string[] = [];
  for (const [id, resource] of Object.entries(takenOut)) {
    const reason = await refusalOf(cloud, id, resolved(resource, named));
    const expected = leftOut[id] ?? '';
    if (reason === undefined) faults.push(`${id} can be created now: take it off the list in left-out.ts`);
    else if (!reason.includes(expected))
      faults.push(`${id} is refused, but not for "${expected}": ${reason}`);
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** Why CloudFormation cannot create the resource; undefined if it can. */
async function refusalOf(
  { cloudFormation }: Cloud,
  id: string,
  resource: unknown,
): Promise<string | undefined> {
  const StackName = `LeftOut${id}`;
  const TemplateBody = JSON.stringify({ Resources: { [id]: resource } });
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
  await until(`${StackName} has been tried`, withinMs, async () => {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return Stacks[0]?.StackStatus?.endsWith('_COMPLETE') || Stacks[0]?.StackStatus?.endsWith('_FAILED');
  });
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  await cloudFormation.send(new DeleteStackCommand({ StackName }));
  const isRefusal = ({ LogicalResourceId, ResourceStatus }: StackEvent) =>
    LogicalResourceId === id && ResourceStatus === 'CREATE_FAILED';
  return StackEvents.find(isRefusal)?.ResourceStatusReason;
}

/** A copy with names in place of references, which only the whole template can resolve. */
function resolved(resource: TemplateResource, named: ReadonlyMap<string, string>): unknown {
  return JSON.parse(JSON.stringify(resource), (_, value) => {
    const id = value?.Ref ?? value?.['Fn::GetAtt']?.[0];
    return id === undefined ? value : (named.get(id) ?? id);
  });
}
