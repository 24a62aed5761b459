import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from '../../../support/compiled.ts';

/** The program of the package, which starts in half the time of its sources: test/support/build.ts builds it. */
export const program = join(import.meta.dirname, '../../../../dist/command-line/main.mjs');

export interface Executed {
  /** As a shell has it: 128+n for a signal. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: Buffer;
}

/** A program that runs. */
export class Execution {
  readonly child: ChildProcess;
  readonly ended: Promise<Executed>;
  #stdout: Buffer[] = [];
  #stderr: Buffer[] = [];

  constructor(words: readonly string[], env: NodeJS.ProcessEnv, input?: string | Buffer) {
    const [file = '', ...args] = words;
    this.child = spawn(file, args, { env, stdio: 'pipe' });
    this.child.stdout?.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    // A program need not read its input.
    this.child.stdin?.on('error', () => {});
    if (input !== undefined) this.child.stdin?.end(input);
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        resolve({ code, signal, stdout: Buffer.concat(this.#stdout), stderr: Buffer.concat(this.#stderr) });
      });
    });
  }

  /** The text on standard output. */
  printedSoFar(): string {
    return Buffer.concat(this.#stdout).toString();
  }

  /** Resolves when this has been printed. */
  async printed(text: string): Promise<void> {
    for (;;) {
      if (Buffer.concat(this.#stdout).includes(text)) return;
      await new Promise((resolve) => this.child.stdout?.once('data', resolve));
    }
  }
}

/** A clean environment with a home of its own, for the command line. */
export function cleanEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: mkdtempSync(join(tmpdir(), 'warden-home-')),
    ...compiled,
    ...more,
  };
}

/** `warden` with these arguments. */
export function warden(args: readonly string[], env: NodeJS.ProcessEnv, input?: string | Buffer): Execution {
  return new Execution([process.execPath, program, ...args], env, input);
}
