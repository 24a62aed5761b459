import { WardenError } from '../../warden-error.ts';
import { adviceFor } from '../advice.ts';
import type { Context } from '../context.ts';
import type { Target } from '../target.ts';
import { type Sent, WatchedRun, type WatchedRunOptions } from './watched-run.ts';

export interface StartOptions extends Omit<WatchedRunOptions, 'newClient' | 'spool' | 'now'> {
  /** Whether an error that keeps the run from being watched is thrown. */
  requireWatch: boolean;
  /** Ends the registration. */
  interrupted: AbortSignal;
}

/** The watch of a command. It reports its failures on standard error, and never throws. */
export interface Watch {
  /** Variables for the command, so that it can call `warden step` and others. */
  environment: NodeJS.ProcessEnv;
  extendWhileAlive(): void;
  end(failed: { reason: string; type: string } | undefined, interrupted: AbortSignal): Promise<void>;
}

const noWatch: Watch = { environment: {}, extendWhileAlive: () => {}, end: async () => {} };

/** Registers the run. Trouble of the watch is no trouble of the command: without `requireWatch` nothing is thrown. */
export async function startWatch(
  context: Context,
  { requireWatch, interrupted, ...run }: StartOptions,
): Promise<Watch> {
  try {
    const target = await context.target();
    const newClient = () => context.client({ tryTimeoutMs: 1_500, timeoutMs: 3_000 });
    const watched = new WatchedRun({ ...run, newClient, spool: await context.spool(), now: context.now });
    const registered = await watched.register(interrupted);
    if (requireWatch && registered.state !== 'sent' && !interrupted.aborted) throw registered.error;
    say(context, target, registered, {
      kept: 'the command runs; this or the next `warden run`, or `warden flush`, sends its reports when the warden is back',
      lost: 'the command runs and is not watched',
    });
    return {
      environment: environmentOf(target, run),
      extendWhileAlive: () => watched.extendWhileAlive(),
      end: async (failed, interruptedAtEnd) => {
        const what = failed ? 'failure' : 'completion';
        const sent = await watched.end(failed, interruptedAtEnd);
        // One line about the unreachable warden is enough.
        if (sent?.state === 'kept' && registered.state === 'kept') return;
        say(context, target, sent, {
          kept: `the next \`warden run\` or \`warden flush\` sends the ${what}`,
          lost: `the ${what} was not recorded`,
        });
      },
    };
  } catch (error) {
    if (requireWatch) throw error;
    context.warn(`${(error as Error).message}; the command runs and is not watched`);
    return noWatch;
  }
}

function say(
  context: Context,
  target: Target,
  sent: Sent | undefined,
  consequences: Record<'kept' | 'lost', string>,
): void {
  if (sent === undefined || sent.state === 'sent') return;
  const { state, error } = sent;
  const advice = state === 'lost' && error instanceof WardenError ? adviceFor(error, target) : undefined;
  const line = `${(error as Error).message}; ${consequences[state]}`;
  context.warn(advice === undefined ? line : `${line}. ${advice}`);
}

function environmentOf(
  { url, tokenFile }: Target,
  { workflow, item, run }: Pick<WatchedRunOptions, 'workflow' | 'item' | 'run'>,
): NodeJS.ProcessEnv {
  return {
    WARDEN_URL: url,
    WARDEN_WORKFLOW: workflow,
    WARDEN_ITEM: item,
    WARDEN_RUN: run,
    // The file's name and not the token: variables of a process are shown by more programs than files are.
    ...(tokenFile !== undefined && { WARDEN_TOKEN_FILE: tokenFile, WARDEN_TOKEN: undefined }),
  };
}
