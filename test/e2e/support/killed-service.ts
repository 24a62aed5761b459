import { setTimeout as sleep } from 'node:timers/promises';
import type { Laptop, Local, StartOptions } from './laptop-without-vitest.ts';
import type { LocalProcess } from './local-process.ts';

/** The service with one folder and port, killed repeatedly. */
export class KilledService {
  /** The latest process. */
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

  /** @param startsWithin the longest time until it listens, in milliseconds; longer if a kill leaves much to repair */
  static async start(laptop: Laptop, args: readonly string[], startsWithin?: number): Promise<KilledService> {
    const options = { data: laptop.folder(), args };
    return new KilledService(laptop, await laptop.start(options), options, startsWithin);
  }

  /** Waits until there is a service. */
  readonly up = () => this.#up;

  /** kill -9; then a start that is killed after this many milliseconds, if given; then a start that stays. */
  async kill(secondAfterMs?: number): Promise<void> {
    this.#up = this.#restart(secondAfterMs);
    await this.#up;
  }

  /** The output of all its processes. */
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
