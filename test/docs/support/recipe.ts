import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compiled } from '../../support/compiled.ts';

const root = join(import.meta.dirname, '../../..');
const node = join(root, 'node_modules/.bin/node');

/** What a program of a recipe has printed and how it ended. */
export interface Ended {
  /** The exit code, or the signal that ended it. */
  code: number | NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The files that a page shows: its code blocks with a name, such as ```sh file=job.sh. */
export function filesOf(page: string): Map<string, string> {
  const text = readFileSync(join(root, 'docs/recipes', page), 'utf8');
  // A block in a list is indented like the list.
  const blocks = text.matchAll(/^( *)```\w+ file=(\S+)\n(.*?)^\1```$/gms);
  const files = new Map<string, string>();
  for (const [, indent = '', name = '', content = ''] of blocks) {
    if (files.has(name)) throw new Error(`${page} has two files with the name ${name}`);
    files.set(name, content.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
  }
  return files;
}

/** A page whose files lie in a folder of their own, as a reader has copied them, with `warden` and Node on the PATH. */
export class Recipe {
  readonly folder = mkdtempSync(join(tmpdir(), 'warden-recipe-'));
  readonly files: ReadonlyMap<string, string>;
  readonly #env: NodeJS.ProcessEnv;
  readonly #running = new Set<ChildProcess>();

  /** @param wardenUrl where `WARDEN_URL` points */
  constructor(page: string, wardenUrl: string, token?: string) {
    this.files = filesOf(page);
    for (const [name, content] of this.files) this.write(name, content);
    mkdirSync(join(this.folder, 'bin'));
    // The package, as test/support/build.ts has built it.
    this.command('warden', `exec '${node}' '${join(root, 'dist/command-line/main.mjs')}' "$@"`);
    this.command('node', `exec '${node}' "$@"`);
    const installed = join(this.folder, 'node_modules');
    mkdirSync(installed);
    symlinkSync(root, join(installed, 'process-warden'));
    symlinkSync(join(root, 'node_modules/@aws-sdk'), join(installed, '@aws-sdk'));
    this.#env = {
      PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`,
      HOME: this.folder,
      TMPDIR: this.folder,
      WARDEN_URL: wardenUrl,
      ...(token !== undefined && { WARDEN_TOKEN: token }),
      ...compiled,
    };
  }

  /** Puts a command on the PATH of the recipe: what the reader's own system has there. */
  command(name: string, script: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
  }

  /** Writes a file of the recipe. Every file may be executed, as cron does. */
  write(name: string, content: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    chmodSync(path, 0o755);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** Starts a program in the folder. */
  start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what the program started ends with it.
      detached: true,
    });
    this.#running.add(child);
    return new Running(child);
  }

  /** Runs a program to its end. */
  run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.start(command, args, env).ended;
  }

  /** Ends a program and everything that it started, as if the machine were lost. */
  lose(running: Running): void {
    killGroup(running.pid);
  }

  /** Ends what still runs and removes the folder. */
  close(): void {
    for (const { pid } of this.#running) killGroup(pid);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // The whole group has ended already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A program of a recipe that runs. */
export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) =>
        resolve({ code: code ?? signal, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  /** Resolves when the program has printed this. Rejects if it ends without. */
  async printed(text: string): Promise<void> {
    if (this.#stdout.includes(text)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#child.stdout?.on('data', () => {
      if (this.#stdout.includes(text)) resolve();
    });
    void this.ended.then((ended) => reject(new Error(`it ended: ${JSON.stringify(ended)}`)));
    return promise;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
