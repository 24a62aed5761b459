/**
 * Checks the types of everything, and those of the command line once more with what Node 20 has. Exits with 1 if one is wrong.
 * Both checks run at the same time, and collect no garbage, which would take a quarter of their time.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { uncollected } from './uncollected.ts';

const root = join(import.meta.dirname, '..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const codes = await Promise.all(
  [['--noEmit'], ['-p', 'tsconfig.command-line.json', '--singleThreaded']].map(async (options) => {
    const env = { ...process.env, ...uncollected };
    const check = spawn(process.execPath, [tsc, ...options], { cwd: root, env, stdio: 'inherit' });
    const [code] = await once(check, 'close');
    return code;
  }),
);
if (codes.some((code) => code !== 0)) process.exitCode = 1;
