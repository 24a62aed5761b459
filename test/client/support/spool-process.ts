/**
 * Appends and delivers as a process of its own, and kills itself with SIGKILL before its n-th call of the file system.
 * Arguments: folder, log, n. The log has a line for each append that was acknowledged and each operation received.
 */
import { appendFileSync } from 'node:fs';
import files, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const [folder = '', log = '', last = ''] = process.argv.slice(2);
let left = Number(last);

/** Calls the function unless this is the call before which the process dies. */
function dying<This, Args extends unknown[], Result>(call: (this: This, ...args: Args) => Result) {
  return function (this: This, ...args: Args): Result {
    if (--left === 0) process.kill(process.pid, 'SIGKILL');
    return call.apply(this, args);
  };
}

const sample: FileHandle = await files.open(log, 'a');
const handle = Object.getPrototypeOf(sample);
await sample.close();
for (const name of ['write', 'appendFile', 'datasync', 'sync', 'stat']) handle[name] = dying(handle[name]);
for (const name of ['open', 'rename', 'unlink', 'stat', 'readFile', 'readdir', 'rm', 'mkdir'] as const) {
  Object.assign(files, { [name]: dying(files[name] as never) });
}
syncBuiltinESMExports();

/** The client of the package, which starts in a third of the time of its sources: test/support/build.ts builds it. */
const built = join(import.meta.dirname, '../../../dist/client/spool/open-spool.js');
const { openSpool }: typeof import('../../../client/spool/open-spool.ts') = await import(built);
const { RecordingWarden, accepted, problem, step } = await import('./recording-warden.ts');

const spool = await openSpool(folder, { url: 'http://localhost:8080' });
const append = async (item: string, name: number) => {
  await spool.append('w', step(item, name));
  appendFileSync(log, `appended ${item} ${name}\n`);
};
const warden = new RecordingWarden();
const answers = { a: accepted, b: problem(503), c: problem(422) };
warden.answer = ({ item, step }) => {
  appendFileSync(log, `received ${item} ${step}\n`);
  return answers[item as keyof typeof answers];
};
await Promise.all([append('a', 0), append('b', 0), append('c', 0), append('a', 1)]);
await append('a', 2);
await spool.deliver(warden.send);
await Promise.all([append('a', 3), append('b', 1)]);
answers.b = accepted;
await spool.deliver(warden.send);
await append('a', 4);
await spool.close();
appendFileSync(log, `calls ${Number(last) - left}\n`);
