import { WardenError } from '../warden-error.ts';
import { adviceFor } from './advice.ts';
import { exitCodeOf } from './exit-codes.ts';
import { printable } from './printable.ts';
import type { Target } from './target.ts';
import { wrapped } from './text/wrap.ts';
import { isUsageError } from './usage-error.ts';

/** The output about an error: lines for people, a problem as JSON for programs. */
export interface ErrorReport {
  text: string;
  problem: { type: string; title: string; status?: number; code: string; detail: string; advice?: string };
  exitCode: number;
}

/**
 * The report of the error that made a command fail.
 *
 * @param columns of the terminal that shows it, if one does
 */
export function errorReport(
  error: unknown,
  target: Target | undefined,
  columns: number | undefined,
): ErrorReport {
  const detail = error instanceof Error ? error.message : String(error);
  const advice = isUsageError(error)
    ? error.advice
    : error instanceof WardenError
      ? adviceFor(error, target)
      : undefined;
  const faults = error instanceof WardenError ? error.errors : [];
  const lines = [
    `warden: ${detail}`,
    ...faults
      .filter(({ message }) => !detail.includes(message))
      .map(({ path, message }) => `  ${path}: ${message}`),
    ...(advice === undefined ? [] : advice.split('\n')),
  ];
  return {
    text: lines.map((line) => `${wrapped(printable(line), columns)}\n`).join(''),
    problem: { ...problemOf(error, detail), ...(advice !== undefined && { advice }) },
    exitCode: exitCodeOf(error),
  };
}

function problemOf(error: unknown, detail: string): ErrorReport['problem'] {
  if (error instanceof WardenError && error.problem !== undefined) return error.problem;
  const code = error instanceof WardenError ? error.code : isUsageError(error) ? 'usage' : 'command-failed';
  return {
    type: `urn:process-warden:problem:${code}`,
    title: titles[code] ?? 'The call failed',
    code,
    detail,
  };
}

const titles: Record<string, string> = {
  usage: 'The command line is not valid',
  'command-failed': 'The command failed',
  unreachable: 'The warden cannot be reached',
  timeout: 'The warden did not answer in time',
  aborted: 'The command was interrupted',
  'spool-full': 'The spool is full',
  'not-the-warden': 'The address is not that of a warden',
};
