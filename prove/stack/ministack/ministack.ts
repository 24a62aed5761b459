import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathWithThisNode } from '../command.ts';
import { until } from '../until.ts';
import { account, region } from './account.ts';

export interface Ministack {
  /** Where all services answer. */
  endpoint: string;
  /** Its output so far. */
  log: () => string;
  stop: () => Promise<void>;
}

const startsWithinMs = 60_000;
const stopsWithinMs = 10_000;

/** Starts MiniStack on a free port of loopback, with an empty account in memory that enforces IAM policies. */
export async function startMinistack(python: string): Promise<Ministack> {
  const folder = mkdtempSync(join(tmpdir(), 'warden-stack-'));
  const logFile = join(folder, 'ministack.log');
  const output = openSync(logFile, 'w');
  const port = await freePort();
  const child = spawn(python, ['-m', 'ministack'], {
    // A group of its own, so that the functions that it started end with it.
    detached: true,
    stdio: ['ignore', output, output],
    // Nothing of the caller's environment: with its credentials and endpoints the functions would call another service.
    env: {
      // It runs functions with the first node on the PATH. package.json pins the version of Lambda's runtime.
      PATH: pathWithThisNode,
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_ACCOUNT_ID: account,
      MINISTACK_REGION: region,
      AUTH: 'true',
    },
  });
  closeSync(output);
  // A process that is ended without a chance to stop it leaves none of its own behind.
  const kill = () => signal(child, 'SIGKILL');
  process.once('exit', kill);
  const endpoint = `http://127.0.0.1:${port}`;
  const log = () => readFileSync(logFile, 'utf8');
  const stop = async () => {
    if (signal(child, 'SIGTERM')) {
      const late = setTimeout(kill, stopsWithinMs);
      if (child.exitCode === null) await once(child, 'exit');
      clearTimeout(late);
      kill();
    }
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(`MiniStack answers at ${endpoint}`, startsWithinMs, async () => {
      if (child.exitCode !== null) throw new Error(`MiniStack ended with ${child.exitCode}:\n${log()}`);
      return answers(`${endpoint}/_ministack/health`);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, log, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Signals the process and its children. False if none of them is left. */
function signal(child: ChildProcess, name: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, name);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
