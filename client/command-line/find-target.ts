import type { Context, GlobalOptions } from './context.ts';
import { configFolder, readProfiles } from './profiles.ts';
import { chooseTarget, type Target } from './target.ts';
import { readTokenFile } from './token-file.ts';

/** The warden to call, with its token. Reads the configuration file and the token file. Throws a UsageError. */
export async function findTarget(
  { env, stderr }: Pick<Context, 'env' | 'stderr'>,
  chosen: GlobalOptions,
): Promise<Target> {
  const { tokenFile, ...target } = chooseTarget(chosen, env, await readProfiles(configFolder(env)));
  if (tokenFile === undefined) return target;
  const warn = (line: string) => void stderr.write(`warden: ${line}\n`);
  return { ...target, token: await readTokenFile(tokenFile, target.tokenFrom ?? '', warn) };
}
