import { Worker } from 'node:worker_threads';
import { noFigures, sumOf } from './figures.ts';
import { type Done, type HistoriesOptions, type ProvedHistories, proveHistories } from './prove-histories.ts';

export type WorkerMessage = { done: Done } | { found: ProvedHistories };

const worker = new URL('./histories-worker.ts', import.meta.url);

/**
 * Runs the histories in this many threads, each with an AWS of its own. A history depends on its number only, so the
 * same histories happen in any number of threads.
 */
export async function proveInThreads(
  { onHistory, ...options }: HistoriesOptions,
  threads: number,
): Promise<ProvedHistories> {
  if (threads === 1) return proveHistories({ ...options, ...(onHistory && { onHistory }) });
  const { from = 0 } = options;
  const done = new Map<number, Done>();
  const parts = Array.from({ length: threads }, (_, index) =>
    inThread({ ...options, from: from + index, step: threads }, (one) => {
      done.set(index, one);
      onHistory?.([...done.values()].reduce(together));
    }),
  );
  const found = await Promise.all(parts);
  return {
    figures: found.reduce((all, { figures }) => sumOf(all, figures), noFigures()),
    counterexamples: found.flatMap((one) => one.counterexamples).toSorted((a, b) => a.number - b.number),
  };
}

function inThread(workerData: HistoriesOptions, onDone: (done: Done) => void): Promise<ProvedHistories> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(worker, { workerData });
    thread.on('message', (message: WorkerMessage) => {
      if ('done' in message) onDone(message.done);
      else resolve(message.found);
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`a thread ended with ${code}`)));
  });
}

function together(one: Done, other: Done): Done {
  const brokenIn = [...one.brokenIn, ...other.brokenIn].toSorted((a, b) => a - b);
  return { histories: one.histories + other.histories, brokenIn };
}
