import { setTimeout as sleep } from 'node:timers/promises';
import type { Laptop, Local } from './laptop.ts';
import type { LocalProcess } from './local-process.ts';

/** The service on one folder and port, killed again and again. */
export class KilledService {
  /** The latest. */
  local: Local;
  readonly #laptop: Laptop;
  readonly #data: string;
  readonly #args: readonly string[];
  readonly #processes: LocalProcess[];
  #up: Promise<unknown> = Promise.resolve();

  private constructor(laptop: Laptop, local: Local, data: string, args: readonly string[]) {
    this.#laptop = laptop;
    this.local = local;
    this.#data = data;
    this.#args = args;
    this.#processes = [local.process];
  }

  static async start(laptop: Laptop, args: readonly string[]): Promise<KilledService> {
    const data = laptop.folder();
    return new KilledService(laptop, await laptop.start({ data, args }), data, args);
  }

  /** Waits while there is no service. */
  readonly up = () => this.#up;

  /** kill -9, then a start that is killed as well after so many milliseconds if they are given, then one that holds. */
  async kill(secondAfterMs?: number): Promise<void> {
    this.#up = this.#restart(secondAfterMs);
    await this.#up;
  }

  /** What all its processes have printed. */
  get printed(): string {
    return this.#processes.map(({ stdout }) => stdout).join('');
  }

  get complaints(): string {
    return this.#processes.map(({ stderr }) => stderr).join('');
  }

  async #restart(secondAfterMs: number | undefined): Promise<void> {
    const { port, process } = this.local;
    await process.kill();
    if (secondAfterMs !== undefined) {
      const second = this.#laptop.spawn(['--port', `${port}`, '--data', this.#data, ...this.#args]);
      this.#processes.push(second);
      await sleep(secondAfterMs);
      await second.kill();
    }
    this.local = await this.#laptop.start({ data: this.#data, port, args: this.#args });
    this.#processes.push(this.local.process);
  }
}
