import { homedir } from 'node:os';
import { join } from 'node:path';
import { openSpool } from '../spool/open-spool.ts';
import type { Spool } from '../spool/spool.ts';
import type { Context } from './context.ts';

/** The folder of the spool: WARDEN_SPOOL, or `process-warden` in the folder of XDG_STATE_HOME or `~/.local/state`. */
export function spoolFolder({ WARDEN_SPOOL: chosen, XDG_STATE_HOME: state = '' }: NodeJS.ProcessEnv): string {
  if (chosen) return chosen;
  // By the XDG specification a relative path is ignored.
  return join(state.startsWith('/') ? state : join(homedir(), '.local', 'state'), 'process-warden');
}

/** The spool of the chosen warden; undefined if its folder cannot be used. */
export async function findSpool(
  context: Pick<Context, 'env' | 'target' | 'warn' | 'now'>,
): Promise<Spool | undefined> {
  const { url } = await context.target();
  try {
    return await openSpool(spoolFolder(context.env), {
      url,
      now: context.now,
      onDamaged: ({ file, position, bytes }) =>
        context.warn(`${bytes} bytes at ${position} in ${file} cannot be read: the reports in them are lost`),
    });
  } catch (error) {
    context.warn((error as Error).message);
    return undefined;
  }
}
