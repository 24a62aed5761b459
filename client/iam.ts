import { SignatureV4 } from '@smithy/signature-v4';
import type { Sign } from './connection.ts';
import { Sha256 } from './sha256.ts';

export interface IamOptions {
  /** The region of the API, such as `eu-central-1`. */
  region: string;
  /** Credentials of AWS, or a function that returns them, such as `fromNodeProviderChain()` of the AWS SDK. */
  credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
  /** The time, in ms since the epoch. */
  now?: () => number;
}

/** Signs requests for the warden's API with IAM: Signature Version 4 for the service `execute-api`. */
export function signWithIam({ region, credentials, now = Date.now }: IamOptions): Sign {
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  return async ({ method, url, headers, body }) => {
    const { protocol, host, hostname, port, pathname, searchParams } = new URL(url);
    const query: Record<string, string[]> = {};
    for (const [name, value] of searchParams) query[name] = [...(query[name] ?? []), value];
    const signed = await signer.sign(
      {
        method,
        protocol,
        hostname,
        ...(port !== '' && { port: Number(port) }),
        path: pathname,
        query,
        headers: { ...headers, host },
        ...(body !== undefined && { body }),
      },
      { signingDate: new Date(now()) },
    );
    // fetch sets the host itself and refuses a given one.
    const { host: _, ...sent } = signed.headers;
    return sent;
  };
}
