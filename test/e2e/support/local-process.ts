import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { compiled } from '../../support/compiled.ts';

const root = join(import.meta.dirname, '../../..');

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * `warden start` as the package has it, which starts in half the time, or `npm start` in a clone, which runs the sources.
 */
export type Program = 'package' | 'sources';

const commands: Record<Program, readonly string[]> = {
  package: ['dist/command-line/main.mjs', 'start'],
  sources: ['local/main.ts'],
};

/** The local service as a child of the test. */
export class LocalProcess {
  readonly startedAt = performance.now();
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #exit: Exit | undefined;
  #stdout = '';
  #stderr = '';

  constructor(program: Program, args: readonly string[], env: Record<string, string>) {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(WARDEN_|NODE_OPTIONS|NODE_V8|NO_COLOR|FORCE_COLOR)/.test(name),
    );
    this.#child = spawn(process.execPath, [...commands[program], ...args], {
      cwd: root,
      env: {
        ...Object.fromEntries(inherited),
        ...compiled,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#exit = { code, signal };
        resolve(this.#exit);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The exit code; undefined while the process runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** kill -9. */
  kill(): Promise<Exit> {
    return this.stop('SIGKILL');
  }

  /** Reads nothing more of what it prints, as `head` does. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Fulfilled when it is gone. */
  stop(signal: NodeJS.Signals): Promise<Exit> {
    this.#child.kill(signal);
    return this.exited;
  }
}
