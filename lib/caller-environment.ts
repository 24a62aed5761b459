import { Stack } from 'aws-cdk-lib';
import type { ServiceApi } from './service-api.ts';

interface Apis {
  iamApi: ServiceApi | undefined;
  tokenApi: ServiceApi | undefined;
}

/** The address of the IAM API, which the grants open, or of the token API if there is no other. */
export function urlOf({ iamApi, tokenApi }: Apis): string {
  const api = iamApi ?? tokenApi;
  // An empty `apis` is refused before.
  if (!api) throw new Error('a warden has the IAM API, the token API or both');
  return api.api.apiEndpoint;
}

/** What a client in a function reads from its environment to reach the warden. */
export function callerEnvironment(apis: Apis): Record<string, string> {
  return {
    WARDEN_URL: urlOf(apis),
    // Lambda's own AWS_REGION is that of the function, which may call a warden in another region.
    ...(apis.iamApi && { WARDEN_REGION: Stack.of(apis.iamApi).region }),
  };
}
