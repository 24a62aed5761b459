import { Stack } from 'aws-cdk-lib';
import type { ServiceApi } from './service-api.ts';

interface Apis {
  iamApi: ServiceApi | undefined;
  tokenApi: ServiceApi | undefined;
}

/** The address of the IAM API, for which the grants are, or of the token API if there is no IAM API. */
export function urlOf({ iamApi, tokenApi }: Apis): string {
  const api = iamApi ?? tokenApi;
  // An empty `apis` was refused before.
  if (!api) throw new Error('a warden has the IAM API, the token API or both');
  return api.api.apiEndpoint;
}

/** The variables from which a client in a function learns how to reach the warden. */
export function callerEnvironment(apis: Apis): Record<string, string> {
  return {
    WARDEN_URL: urlOf(apis),
    // Lambda's own AWS_REGION is the region of the function, which may call a warden in another region.
    ...(apis.iamApi && { WARDEN_REGION: Stack.of(apis.iamApi).region }),
  };
}
