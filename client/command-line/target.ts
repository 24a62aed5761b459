import { resolve } from 'node:path';
import type { GlobalOptions } from './chosen-options.ts';
import type { Profile, Profiles } from './profiles.ts';
import { UsageError } from './usage-error.ts';

/** The address of `warden start` without options. */
export const defaultUrl = 'http://localhost:8080';

/** A warden to call. */
export interface Target {
  url: string;
  /** The source of the address, for messages: `--url`, `WARDEN_URL`, `profile production`, or `default`. */
  urlFrom: string;
  token?: string;
  /** The file that the token is read from: an absolute path. */
  tokenFile?: string;
  /** The source of the token, for messages: `--token-file`, `WARDEN_TOKEN`, or `profile production`. */
  tokenFrom?: string;
}

/**
 * Chooses the address and the token: options win over variables, variables over the profile that is the default. A
 * profile's token goes to the profile's address only.
 */
export function chooseTarget(
  { url, profile: named, tokenFile }: Omit<GlobalOptions, 'json' | 'color'>,
  env: NodeJS.ProcessEnv,
  { default: usual, profiles = {} }: Profiles,
): Target {
  const variable = (name: string) => (env[name] === '' ? undefined : env[name]);
  const ofProfile = (name: string, from: string) => {
    const profile = profiles[name];
    if (profile) return { ...addressOf(profile.url, `profile ${name}`), ...tokenOf(profile, name) };
    const known = Object.keys(profiles);
    throw new UsageError(
      `there is no profile ${JSON.stringify(name)}, which ${from} names`,
      known.length === 0
        ? 'The configuration file has no profiles.'
        : `The configuration file has ${known.join(', ')}.`,
    );
  };
  const fromOption = () =>
    url !== undefined
      ? addressOf(url, '--url')
      : named !== undefined
        ? ofProfile(named, '--profile')
        : undefined;
  const fromEnvironment = () => {
    const address = variable('WARDEN_URL');
    if (address !== undefined) return addressOf(address, 'WARDEN_URL');
    const name = variable('WARDEN_PROFILE');
    return name === undefined ? undefined : ofProfile(name, 'WARDEN_PROFILE');
  };
  const chosen: Target =
    fromOption() ??
    fromEnvironment() ??
    (usual === undefined
      ? { url: defaultUrl, urlFrom: 'default' }
      : ofProfile(usual, '"default" of the configuration file'));
  if (tokenFile !== undefined) return { ...chosen, tokenFile: resolve(tokenFile), tokenFrom: '--token-file' };
  if (chosen.tokenFile !== undefined) return chosen;
  const token = variable('WARDEN_TOKEN');
  const file = variable('WARDEN_TOKEN_FILE');
  if (token === undefined) {
    return file === undefined
      ? chosen
      : { ...chosen, tokenFile: resolve(file), tokenFrom: 'WARDEN_TOKEN_FILE' };
  }
  if (!isToken(token))
    throw new UsageError('WARDEN_TOKEN does not hold a token', 'It must hold one token and nothing else.');
  return { ...chosen, token, tokenFrom: 'WARDEN_TOKEN' };
}

/** Whether the text can be sent as a token in a header. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function addressOf(url: string, urlFrom: string): { url: string; urlFrom: string } {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'http:' || protocol === 'https:') return { url, urlFrom };
  throw new UsageError(
    `${urlFrom} is not an http or https URL: received ${JSON.stringify(url)}`,
    `An address looks like ${defaultUrl}.`,
  );
}

function tokenOf({ tokenFile }: Profile, name: string): { tokenFile?: string; tokenFrom?: string } {
  return tokenFile === undefined ? {} : { tokenFile, tokenFrom: `profile ${name}` };
}
