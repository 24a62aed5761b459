import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Operation, servedRoutes } from '../core/contract/routes.ts';
import type { HttpHandler } from '../core/lambda/http-function.ts';
import type { EmbeddedAws } from './embedded-aws.ts';
import { createFunctions } from './functions.ts';
import type { GuardedDoor } from './guarded-door.ts';
import * as names from './names.ts';

/** By the name of the package, because this file is also part of a bundle, in another folder. */
const folder = fileURLToPath(new URL('dist/functions', import.meta.resolve('process-warden/package.json')));

/**
 * The bundles that are deployed (npm run build) instead of their sources, loaded like on Lambda: only from their
 * environment, with clients of their own. They log to stdout, as they do there.
 *
 * Throws if they are not built.
 */
export async function loadBuiltFunctions(
  aws: EmbeddedAws,
  door: GuardedDoor,
  { auth }: { auth: boolean },
): Promise<ReturnType<typeof createFunctions>> {
  Object.assign(process.env, environmentOf(aws, door));
  // A bundle never lets anybody in without authentication. Without --auth every caller counts as accepted by the IAM
  // API.
  const open = (handler: HttpHandler): HttpHandler =>
    auth ? handler : (event) => handler(asIamCaller(event));
  const http = async (name: Operation | 'answer-unrouted') => open(await load<HttpHandler>(name));
  const sources = createFunctions(aws.service, { auth });
  return {
    ...sources,
    routes: await Promise.all(
      servedRoutes.map(async ({ method, path, operation }, index) => {
        const source = sources.routes[index];
        const handler = source?.open && auth ? source.handler : await http(operation);
        return { method, path, open: source?.open ?? false, handler };
      }),
    ),
    fallback: await http('answer-unrouted'),
    checkTimers: await load('check-timers'),
    ingest: await load('ingest'),
    sweep: await load('sweep'),
    runRedrives: await load('run-redrives'),
    ...(auth && { authorizer: await load<NonNullable<typeof sources.authorizer>>('authorize') }),
  };
}

async function load<Handler>(name: string): Promise<Handler> {
  const file = join(folder, name, 'index.mjs');
  const { handler } = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw new Error(`there is no bundle ${file}: run \`npm run build\` first`, { cause });
  });
  return handler;
}

function asIamCaller(event: Parameters<HttpHandler>[0]): Parameters<HttpHandler>[0] {
  const iam = { accountId: names.account, userArn: `arn:aws:iam::${names.account}:user/local` };
  return { ...event, requestContext: { ...event.requestContext, authorizer: { iam } } } as typeof event;
}

function environmentOf(
  { environment }: EmbeddedAws,
  { endpoint, accessKeyId }: GuardedDoor,
): Record<string, string> {
  const variables = Object.entries(environment).map(([name, value]) => [name, String(value)]);
  return {
    ...Object.fromEntries(variables),
    AWS_LAMBDA_FUNCTION_NAME: 'local',
    AWS_REGION: names.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: names.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SCHEDULER: endpoint,
    AWS_ENDPOINT_URL_SNS: endpoint,
  };
}
