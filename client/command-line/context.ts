import type { Client } from '../client.ts';
import type { ConnectionOptions } from '../connection.ts';
import type { Spool } from '../spool/spool.ts';
import type { Target } from './target.ts';

/** The context that every command works with. A test passes its own streams. */
export interface Context {
  /**
   * A client of the chosen warden. `changes` are for a command that needs other time limits. Throws a UsageError if
   * the profile or the token file cannot be used.
   */
  client: (changes?: Partial<ConnectionOptions>) => Promise<Client<undefined>>;
  /** The warden to call, its token, and where both come from. Throws a UsageError, as `client` does. */
  target: () => Promise<Target>;
  /**
   * The spool of operations that could not be sent; undefined if its folder cannot be used, with a warning on standard
   * error.
   */
  spool: () => Promise<Spool | undefined>;
  env: NodeJS.ProcessEnv;
  /**
   * The streams are made when they are first asked for. `warden run` never asks: they would make a pipe that its
   * command has too non-blocking, and the command's writes would fail.
   */
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** Writes the line `warden: …` to standard error, also beside a command that is running. */
  warn: (line: string) => void;
  /** Whether one JSON document (a line per entry for lists) goes to stdout and nothing else: `--json`. */
  readonly json: boolean;
  /** Whether stdout shows colours: a terminal without NO_COLOR and `--no-color`. */
  readonly color: boolean;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Resolves after this many milliseconds, or at Ctrl-C: a command that asks for this must heed `signal`. */
  wait: (ms: number) => Promise<void>;
  /**
   * Aborts at Ctrl-C. A command that never asks for it ends at once, as any program does; a second Ctrl-C ends every
   * command.
   */
  readonly signal: AbortSignal;
  /** Ends the process with this code when the command has returned. Of several calls the first one counts. */
  exitWith: (code: number) => void;
}
