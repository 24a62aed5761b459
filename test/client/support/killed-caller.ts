/*
 * A process whose work is watched and which is killed: WARDEN_URL, SPOOL and WORKFLOW say where and what. With the argument
 * `work` it begins 30 items, ends every third of them, and never ends the others; with `deliver` it only delivers.
 */
import { createClient } from '../../../client/client.ts';
import { openSpool } from '../../../client/spool/open-spool.ts';

const { WARDEN_URL: url = '', SPOOL: folder = '', WORKFLOW: workflow = '' } = process.env;
const client = createClient({ url, spool: await openSpool(folder, { url }) });

if (process.argv[2] === 'deliver') {
  process.stdout.write(`${JSON.stringify(await client.flush())}\n`);
  await client.close();
} else {
  let begun = 0;
  const work = async (number: number) => {
    begun++;
    if (number % 3 !== 0) await new Promise(() => {});
  };
  const watches = Array.from({ length: 30 }, (_, number) => {
    const item = `item ${String(number).padStart(2, '0')}`;
    return client.watch(workflow, item, { timeout: 300, run: `run of ${item}` }, () => work(number));
  });
  await Promise.all(watches.filter((_, number) => number % 3 === 0));
  while (begun < watches.length) await new Promise(setImmediate);
  process.stdout.write('spooled\n');
  // It has a process to be killed.
  setInterval(() => {}, 1_000);
}
