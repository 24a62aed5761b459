import { setTimeout as sleep } from 'node:timers/promises';
import type { Laptop, Local, StartOptions } from './laptop-without-vitest.ts';
import type { LocalProcess } from './local-process.ts';

/** The service on one folder and port, killed again and again. */
export class KilledService {
  /** The latest. */
  local: Local;
  readonly #laptop: Laptop;
  readonly #data: string;
  readonly #args: readonly string[];
  readonly #startsWithin: number | undefined;
  readonly #processes: LocalProcess[];
  #up: Promise<unknown> = Promise.resolve();

  private constructor(
    laptop: Laptop,
    local: Local,
    options: Required<Pick<StartOptions, 'data' | 'args'>>,
    startsWithin: number | undefined,
  ) {
    this.#laptop = laptop;
    this.local = local;
    this.#data = options.data;
    this.#args = options.args;
    this.#startsWithin = startsWithin;
    this.#processes = [local.process];
  }

  /** @param startsWithin milliseconds until it listens, each time; longer with much to put right after a kill */
  static async start(laptop: Laptop, args: readonly string[], startsWithin?: number): Promise<KilledService> {
    const options = { data: laptop.folder(), args };
    return new KilledService(laptop, await laptop.start(options), options, startsWithin);
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
    this.local = await this.#laptop.start({
      data: this.#data,
      port,
      args: this.#args,
      ...(this.#startsWithin !== undefined && { startsWithin: this.#startsWithin }),
    });
    this.#processes.push(this.local.process);
  }
}
