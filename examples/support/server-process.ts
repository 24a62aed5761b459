import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

const root = join(import.meta.dirname, '../..');

/** A program of its own that says on its first line where it listens. */
export class ServerProcess {
  readonly #child: ChildProcess;
  /** All that it has printed. */
  stdout = '';
  url = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
  }

  /** Runs a file of the repository with arguments. Fulfilled when it listens; stopped with the example. */
  static async start(stage: Stage, file: string, args: readonly string[]): Promise<ServerProcess> {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('WARDEN_'));
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      env: Object.fromEntries(own),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Whatever ends this process, none that it has started is left.
    process.once('exit', () => child.kill('SIGKILL'));
    const server = new ServerProcess(child);
    stage.atEnd(() => server.stop('SIGTERM'));
    server.url = await until(`line of ${file} with its URL`, () => {
      if (server.#isOver) throw new Error(`${file} has ended`);
      return /listens on (http:\/\/\S+)/.exec(server.stdout)?.[1];
    });
    return server;
  }

  /** Fulfilled when it is gone. */
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
