import { spawn } from 'node:child_process';
import type { Sign } from '../../connection.ts';
import { authorizationOf, baseOf } from '../../http-request.ts';
import { WardenError } from '../../warden-error.ts';
import { callersCredentials } from '../console/credentials.ts';
import { openDoor } from '../console/door.ts';
import { forwarder } from '../console/forward.ts';
import { regionOf } from '../console/region.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ConsoleOptions } from '../options/console.ts';
import { writeJson, writeText } from '../output.ts';
import { UsageError } from '../usage-error.ts';

/** Serves the console until Ctrl-C. Throws a UsageError, or a WardenError if the warden is not reached or refuses. */
export async function console(context: Context, options: ConsoleOptions): Promise<void> {
  if (options.region !== undefined && !options.iam) {
    throw new UsageError('--region is for --iam', 'A token is sent to every region alike.');
  }
  const { url, token } = await context.target();
  const sign = options.iam ? await iamSigner(context, options, url) : tokenSigner(token);
  await checkCaller(context, options, options.iam ? sign : undefined);
  const door = await openDoor(forwarder(baseOf(url), sign, fetch));
  try {
    const { stdout } = context;
    const actsWith = options.iam
      ? ' with your AWS credentials'
      : token === undefined
        ? ''
        : ' with your token';
    if (context.json) await writeJson(stdout, { url: door.url });
    else {
      await writeText(
        stdout,
        `The console of ${url}:\n\n  ${door.url}\n\nWhoever has this address acts${actsWith}. Ctrl-C ends it.`,
      );
    }
    if (options.open) openBrowser(context, door.urlForOnce());
    await interrupted(context.signal);
    context.exitWith(exitCodes.interrupted);
  } finally {
    await door.close();
  }
}

function tokenSigner(token: string | undefined): Sign {
  return () => (token === undefined ? {} : authorizationOf(token));
}

async function iamSigner(context: Context, { region }: ConsoleOptions, url: string): Promise<Sign> {
  const { signWithIam } = await import('../../iam.ts');
  const credentials = callersCredentials(context);
  // Missing credentials are an error now, not later in the page.
  await credentials();
  return signWithIam({ region: regionOf(region, url, context.env), credentials, now: context.now });
}

/** Fails before there is a page if the warden is not reached, or does not let the caller read. */
async function checkCaller(context: Context, { iam }: ConsoleOptions, sign: Sign | undefined): Promise<void> {
  const client = await context.client(sign === undefined ? {} : { sign });
  try {
    await client.call('list-workflows', { path: {}, query: { limit: 1 }, signal: context.signal });
  } catch (error) {
    if (!(iam && error instanceof WardenError && error.status === 403)) throw error;
    throw new UsageError(
      'AWS does not let these credentials call the API',
      'They need execute-api:Invoke on it, and --region must be its region.',
      { cause: error },
    );
  }
}

/** The program that opens an address on each system. */
const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

function openBrowser({ env, warn }: Context, url: string): void {
  const [program = '', ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { env, stdio: 'ignore', detached: true });
  child.once('error', () => warn(`${program} cannot be started: open the address above yourself`));
  child.unref();
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
