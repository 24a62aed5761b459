import type { Client } from '../client.ts';

/** What every command works with. A test hands in its own streams. */
export interface Context {
  /** The client of the chosen profile, made when it is first asked for. Throws a WardenError if no address is known. */
  client: () => Promise<Client>;
  env: NodeJS.ProcessEnv;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  /** Whether one JSON document (a line per entry for lists) goes to stdout and nothing else: `--json`. */
  json: boolean;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Aborts at Ctrl-C. */
  signal: AbortSignal;
  /** Ends the process with this code when the command has returned. */
  exitWith: (code: number) => void;
}
