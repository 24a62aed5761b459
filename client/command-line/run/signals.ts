import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The signals that are passed on to the command. */
export const forwardedSignals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
export type ForwardedSignal = (typeof forwardedSignals)[number];

/** Signals that end a process unless it handles them. Before the command starts, they keep it from starting. */
export const endingSignals: readonly string[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/**
 * Whether the command has received the signal already. At Ctrl-C and Ctrl-\ a terminal sends it to every process of its
 * foreground job, so to the command too, and many programs take a second one for "stop at once".
 */
export function commandHasIt(signal: ForwardedSignal): boolean {
  return (signal === 'SIGINT' || signal === 'SIGQUIT') && isForegroundJob();
}

function isForegroundJob(): boolean {
  const { group, foreground } = fromProc() ?? fromPs();
  return group !== undefined && group === foreground;
}

interface Groups {
  group?: string | undefined;
  foreground?: string | undefined;
}

/** Linux: the fields after the name, which can hold anything: state, parent, group, session, terminal, foreground. */
function fromProc(): Groups | undefined {
  try {
    const text = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { group, foreground };
  } catch {
    // There is no /proc outside Linux.
    return undefined;
  }
}

function fromPs(): Groups {
  const { stdout } = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' });
  const [group, foreground] = (stdout ?? '').trim().split(/\s+/);
  return { group, foreground };
}
