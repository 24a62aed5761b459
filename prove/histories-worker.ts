/* Runs in a thread: the histories in `workerData`. It sends the figures after each, and then what was found. */
import { parentPort, workerData } from 'node:worker_threads';
import { type HistoriesOptions, proveHistories } from './prove-histories.ts';
import type { WorkerMessage } from './prove-in-threads.ts';

const send = (message: WorkerMessage) => parentPort?.postMessage(message);
const found = await proveHistories({
  ...(workerData as HistoriesOptions),
  onHistory: (done) => send({ done }),
});
send({ found });
