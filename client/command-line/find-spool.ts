import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { folderPath } from '../spool/folder-path.ts';
import type { Spool } from '../spool/spool.ts';
import type { Context } from './context.ts';
import { LateSpool } from './late-spool.ts';

/** The folder of the spool: WARDEN_SPOOL, or `process-warden` in the folder of XDG_STATE_HOME or `~/.local/state`. */
export function spoolFolder({ WARDEN_SPOOL: chosen, XDG_STATE_HOME: state = '' }: NodeJS.ProcessEnv): string {
  if (chosen) return chosen;
  // By the XDG specification a relative path is ignored.
  return join(state.startsWith('/') ? state : join(homedir(), '.local', 'state'), 'process-warden');
}

/** The spool of the chosen warden; undefined if its folder cannot be read. */
export async function findSpool(
  context: Pick<Context, 'env' | 'target' | 'warn' | 'now'>,
): Promise<Spool | undefined> {
  const { url } = await context.target();
  const folder = spoolFolder(context.env);
  const open = async () => {
    const { openSpool } = await import('../spool/open-spool.ts');
    return openSpool(folder, {
      url,
      now: context.now,
      onDamaged: ({ file, position, bytes }) =>
        context.warn(`${bytes} bytes at ${position} in ${file} cannot be read: the reports in them are lost`),
    });
  };
  try {
    return isEmpty(folderPath(folder, url)) ? new LateSpool(open) : await open();
  } catch (error) {
    context.warn((error as Error).message);
    return undefined;
  }
}

/** Whether a folder is empty, or there is none. Of one that cannot be read the spool says why. */
function isEmpty(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
