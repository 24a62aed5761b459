import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

const root = join(import.meta.dirname, '../..');

/** A program in a process of its own. The first line that it prints says where it listens. */
export class ServerProcess {
  readonly #child: ChildProcess;
  /** Everything that it has printed. */
  stdout = '';
  url = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
  }

  /** Runs a file of the repository. Resolves when the program listens. It is stopped when the example ends. */
  static async start(stage: Stage, file: string, args: readonly string[]): Promise<ServerProcess> {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('WARDEN_'));
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      env: Object.fromEntries(own),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // However this process ends, it leaves none of its children running.
    process.once('exit', () => child.kill('SIGKILL'));
    const server = new ServerProcess(child);
    stage.atEnd(() => server.stop('SIGTERM'));
    server.url = await until(`line of ${file} with its URL`, () => {
      if (server.#isOver) throw new Error(`${file} has ended`);
      return /listens on (http:\/\/\S+)/.exec(server.stdout)?.[1];
    });
    return server;
  }

  /** Resolves when the process has ended. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.#isOver) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
