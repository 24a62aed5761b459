import { constants } from 'node:os';
import { unprintable } from '../../../core/contract/label.ts';
import { limits } from '../../../core/contract/limits.ts';

/** How a command ended, or why it did not begin. */
export type Outcome =
  | { kind: 'exit'; code: number }
  | { kind: 'signal'; signal: NodeJS.Signals }
  | { kind: 'not-started'; code: 126 | 127; why: string };

/** The exit code of `warden run`, which is the one that a shell has for the same command. */
export function exitCodeOfOutcome(outcome: Outcome): number {
  return outcome.kind === 'signal' ? 128 + constants.signals[outcome.signal] : outcome.code;
}

/**
 * What is reported about a command that failed; undefined if it succeeded.
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

/** The reason as the warden accepts it: of a long text the end is kept, which says why. */
function reasonOf(what: string, errorOutput: string): string {
  const printed = printedOnly(errorOutput);
  if (printed === '') return what;
  const room = limits.reasonCharacters - what.length - 1;
  return `${what}\n${[...printed].slice(-room).join('')}`;
}

/** Without colours, other commands to a terminal, and characters that the warden refuses. */
function printedOnly(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  const plain = text.replace(/\u001b(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)|.)/g, '');
  return [...plain]
    .filter((character) => character === '\n' || character === '\t' || !unprintable.test(character))
    .join('')
    .trim();
}

/** What the error of a command that could not be started means, as shells have it. */
export function notStarted({ code }: NodeJS.ErrnoException): Outcome {
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ERR_INVALID_ARG_VALUE') {
    return { kind: 'not-started', code: 127, why: 'command not found' };
  }
  const why = code === 'EACCES' ? 'permission denied' : `it cannot be executed (${code})`;
  return { kind: 'not-started', code: 126, why };
}
