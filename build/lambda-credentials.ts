import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Replaces @aws-sdk/credential-provider-node in the bundles. Lambda passes a function the credentials of its role in
 * the environment (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). The provider's other
 * sources, such as profiles, single sign-on and instance metadata, do not exist there and are 100 KB (docs/adr/0016).
 */
export const defaultProvider = fromEnv;
