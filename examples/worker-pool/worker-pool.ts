import { setTimeout as sleep } from 'node:timers/promises';
import type { WardenClient } from '../support/warden-client.ts';

/** Milliseconds that a worker needs for a job. */
const jobMs = 300;

/** A queue of jobs, and workers that process them one after the other. */
export class WorkerPool {
  readonly queue: string[] = [];
  /** The outcome of each job's completion, from the warden's reply. */
  readonly outcomes = { 'on-time': 0, recovered: 0, late: 0 };
  readonly #warden: WardenClient;

  constructor(warden: WardenClient) {
    this.#warden = warden;
  }

  /** Starts workers. Resolves when the queue is empty and they have finished their jobs. */
  async work(workers: number): Promise<void> {
    await Promise.all(Array.from({ length: workers }, () => this.#work()));
  }

  async #work(): Promise<void> {
    for (let job = this.queue.shift(); job !== undefined; job = this.queue.shift()) {
      await this.#warden.progress(job, { step: 'started' });
      await sleep(jobMs);
      const { outcome } = await this.#warden.complete(job);
      this.outcomes[outcome]++;
    }
  }
}
