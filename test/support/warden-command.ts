import { PassThrough, Writable } from 'node:stream';
import { CommanderError } from 'commander';
import { createClient } from '../../client/client.ts';
import type { GlobalOptions } from '../../client/command-line/chosen-options.ts';
import type { Context } from '../../client/command-line/context.ts';
import { errorReport } from '../../client/command-line/error-report.ts';
import { createProgram } from '../../client/command-line/program.ts';
import type { Warden } from './warden.ts';

export interface CommandOptions {
  /** What standard input has. */
  stdin?: string;
  /** The columns of a terminal that all streams are; without them all streams are pipes. */
  columns?: number;
  env?: NodeJS.ProcessEnv;
  token?: string;
  /** Instead of moving the clock and settling. */
  wait?: (ms: number) => Promise<unknown>;
  signal?: AbortSignal;
  /** Receives the output so far, each time that there is more. */
  onShown?: (shown: string) => void;
  /** Instead of the warden's. */
  url?: string;
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
  /** Both in the order of their writing, as a terminal receives them. */
  shown: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests are about to find out what is printed
  lines: () => any[];
  // biome-ignore lint/suspicious/noExplicitAny: the same
  json: () => any;
}

/**
 * Runs `warden` in this process against a warden, with streams of its own, and the time of the warden: waiting moves
 * the clock.
 */
export async function wardenCommand(
  warden: Warden,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { columns, token, url = warden.url, signal = new AbortController().signal } = options;
  const isTTY = columns !== undefined;
  const chosen: GlobalOptions = { json: false, color: true };
  let shown = '';
  const capture = () =>
    new Captured(isTTY, columns, (text) => {
      shown += text;
      options.onShown?.(shown);
    });
  const [stdout, stderr] = [capture(), capture()];
  const stdin = Object.assign(new PassThrough(), { isTTY });
  stdin.end(options.stdin ?? '');
  let code = 0;
  const target = {
    url,
    urlFrom: 'WARDEN_URL',
    ...(token !== undefined && { token, tokenFrom: 'WARDEN_TOKEN' }),
  };
  const context: Context = {
    client: async (changes = {}) => createClient({ url, ...(token !== undefined && { token }), ...changes }),
    target: async () => target,
    spool: async () => undefined,
    env: { TZ: 'UTC', ...options.env },
    stdin,
    stdout,
    stderr,
    warn: (line) => void stderr.write(`warden: ${line}\n`),
    get json() {
      return chosen.json;
    },
    color: false,
    now: () => warden.clock.now(),
    wait: async (ms) => void (await (options.wait ?? ((time: number) => warden.pass(time)))(ms)),
    signal,
    exitWith: (given) => {
      code = given;
    },
  };
  try {
    await createProgram(context, chosen).parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      code = error.exitCode;
    } else {
      const { text, problem, exitCode } = errorReport(error, target, columns);
      stderr.write(text);
      if (context.json) stdout.write(`${JSON.stringify(problem)}\n`);
      code = exitCode;
    }
  }
  const lines = () =>
    stdout.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return {
    code,
    stdout: stdout.text,
    stderr: stderr.text,
    shown,
    lines,
    json: () => JSON.parse(stdout.text),
  };
}

/** A stream that keeps its text. */
class Captured extends Writable {
  readonly isTTY: boolean;
  readonly columns?: number;
  readonly #onText: (text: string) => void;
  text = '';

  constructor(isTTY: boolean, columns: number | undefined, onText: (text: string) => void) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    if (columns !== undefined) this.columns = columns;
    this.#onText = onText;
  }

  override _write(chunk: string | Buffer, _: BufferEncoding, written: () => void): void {
    const text = chunk.toString();
    this.text += text;
    this.#onText(text);
    written();
  }
}
