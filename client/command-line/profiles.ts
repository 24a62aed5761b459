import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { UsageError } from './usage-error.ts';

const Profile = z.strictObject({
  url: z.string(),
  /** A path, relative to the folder of the configuration file unless it is absolute or begins with `~/`. */
  tokenFile: z.optional(z.string().check(z.minLength(1))),
});
export type Profile = z.infer<typeof Profile>;

const Profiles = z.strictObject({
  /** The profile that is used if no option and no variable names a warden. */
  default: z.optional(z.string()),
  profiles: z.optional(z.record(z.string(), Profile)),
});
export type Profiles = z.infer<typeof Profiles>;

/** The folder of the configuration file: `$XDG_CONFIG_HOME/process-warden`, or `~/.config/process-warden`. */
export function configFolder({ XDG_CONFIG_HOME: given = '' }: NodeJS.ProcessEnv): string {
  // By the XDG specification a relative path is ignored.
  return join(given.startsWith('/') ? given : join(homedir(), '.config'), 'process-warden');
}

/** The profiles of the configuration file; none if there is no file. Throws a UsageError. */
export async function readProfiles(folder: string): Promise<Profiles> {
  const file = join(folder, 'config.json');
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new UsageError(`${file} cannot be read (${cause.code})`, undefined, { cause });
  });
  if (text === undefined) return {};
  const parsed = z.safeParse(Profiles, jsonOf(file, text));
  if (parsed.success) return withTokenFiles(parsed.data, folder);
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
  );
  throw new UsageError(
    `${file} is not valid: ${faults.join('; ')}`,
    'It looks like {"default": "production", "profiles": {"production": {"url": "https://…", "tokenFile": "token"}}}.',
  );
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${file} is not valid JSON: ${(cause as Error).message}`, undefined, { cause });
  }
}

function withTokenFiles({ profiles = {}, ...rest }: Profiles, folder: string): Profiles {
  const withFiles = Object.entries(profiles).map(([name, { tokenFile, ...profile }]) => [
    name,
    { ...profile, ...(tokenFile !== undefined && { tokenFile: tokenFilePath(tokenFile, folder) }) },
  ]);
  return { ...rest, profiles: Object.fromEntries(withFiles) };
}

function tokenFilePath(path: string, folder: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(folder, path);
}
