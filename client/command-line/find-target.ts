import type { GlobalOptions } from './chosen-options.ts';
import type { Context } from './context.ts';
import { configFolder, readProfiles } from './profiles.ts';
import { chooseTarget, type Target } from './target.ts';
import { readTokenFile } from './token-file.ts';

/** The warden to call, with its token. Reads the configuration file and the token file. Throws a UsageError. */
export async function findTarget(
  { env, warn }: Pick<Context, 'env' | 'warn'>,
  chosen: GlobalOptions,
): Promise<Target> {
  const target = chooseTarget(chosen, env, await readProfiles(configFolder(env)));
  const { tokenFile, tokenFrom = '' } = target;
  if (tokenFile === undefined) return target;
  return { ...target, token: await readTokenFile(tokenFile, tokenFrom, warn) };
}
