import { buildApp } from 'fauxqs';

/** SQS and S3 on a port of this machine, which the programs of a recipe reach over the wire. */
export async function startLocalAws() {
  // Not startFauxqs, which listens on every address of the machine.
  const app = buildApp({ logger: false, host: '127.0.0.1' });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    url,
    /** Settings of an SDK client in this process. */
    client: { endpoint: url, region: 'us-east-1', credentials },
    /** The environment from which an SDK client takes the same settings. */
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    close: () => app.close(),
  };
}

export type LocalAws = Awaited<ReturnType<typeof startLocalAws>>;
