import { constants } from 'node:os';
import { limits } from '../../../core/contract/limits.ts';
import { reasonText } from '../../../core/contract/reason-text.ts';

/** How a command ended, or why it did not begin. */
export type Outcome =
  | { kind: 'exit'; code: number }
  | { kind: 'signal'; signal: NodeJS.Signals }
  | { kind: 'not-started'; code: 126 | 127; why: string };

/** The exit code of `warden run`: the code that a shell has for the same command. */
export function exitCodeOfOutcome(outcome: Outcome): number {
  return outcome.kind === 'signal' ? 128 + constants.signals[outcome.signal] : outcome.code;
}

/**
 * The report about a command that failed; undefined if it succeeded.
 *
 * @param errorOutput the end of what the command wrote to standard error, if that is to be reported
 */
export function failureOf(outcome: Outcome, errorOutput = ''): { reason: string; type: string } | undefined {
  if (outcome.kind === 'exit' && outcome.code === 0) return undefined;
  const what =
    outcome.kind === 'exit'
      ? `exit ${outcome.code}`
      : outcome.kind === 'signal'
        ? outcome.signal
        : `exit ${outcome.code}: ${outcome.why}`;
  return { reason: reasonOf(what, errorOutput), type: outcome.kind };
}

/**
 * The reason in the length that the warden accepts: of a long text the end is kept, which says why the command failed.
 */
function reasonOf(what: string, errorOutput: string): string {
  if (errorOutput.trim() === '') return what;
  const characters = [...reasonText(errorOutput, undefined)];
  return `${what}: ${characters.slice(what.length + 2 - limits.reasonCharacters).join('')}`;
}

/** The meaning of the error of a command that could not be started, in the words of shells. */
export function notStarted({ code }: NodeJS.ErrnoException): Outcome {
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ERR_INVALID_ARG_VALUE') {
    return { kind: 'not-started', code: 127, why: 'command not found' };
  }
  const why = code === 'EACCES' ? 'permission denied' : `it cannot be executed (${code})`;
  return { kind: 'not-started', code: 126, why };
}
