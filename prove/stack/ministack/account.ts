/** The account and the region in which the stack is created. To MiniStack an access key of 12 digits is an account's root. */
export const account = '111122223333';
export const region = 'eu-west-1';

export const rootCredentials = { accessKeyId: account, secretAccessKey: 'root' };

/** The variables that the AWS SDKs and the CDK's command line read from the environment. */
export function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}
