import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Operation, ServiceApi } from './service-api.ts';

/**
 * Lets the grantee call these operations of the IAM API, of one workflow if given. Throws if there is no IAM API.
 *
 * @param method the method of ProcessWarden that was called
 */
export function grantInvoke(
  iamApi: ServiceApi | undefined,
  method: string,
  grantee: IGrantable,
  operations: readonly Operation[],
  workflow?: string,
): Grant {
  if (!iamApi) throw new Error(`${method} needs the IAM API: apis must include 'iam', received ['token']`);
  return Grant.addToPrincipal({
    grantee,
    actions: ['execute-api:Invoke'],
    resourceArns: iamApi.arnsOf(operations, workflow),
  });
}
