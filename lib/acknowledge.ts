import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts one finding of a validation plugin on a construct and its children, with the reason. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** The id of cdk-nag's finding that a policy allows this ARN, which contains a wildcard. */
export function wildcardFinding(construct: IConstruct, arn: string): string {
  return `AwsSolutions-IAM5[Resource::${flat(Stack.of(construct).resolve(arn))}]`;
}

/** cdk-nag writes references as <LogicalId>, and the construct tree as unresolved tokens. */
function flat(resolved: unknown): string {
  if (typeof resolved !== 'object' || resolved === null) return String(resolved);
  const { Ref: reference, 'Fn::Join': join } = resolved as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (join) return join[1].map(flat).join(join[0]);
  return `<${reference}>`;
}
