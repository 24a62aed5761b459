import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for @aws-sdk/credential-provider-node in the bundles. Lambda gives a function its role's credentials by
 * its environment (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html); profiles, single sign-on
 * and instance metadata, which are 100 KB, are for other places (docs/adr/0016).
 */
export const defaultProvider = fromEnv;
