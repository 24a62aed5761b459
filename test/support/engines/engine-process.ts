import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface RunningEngine {
  endpoint: string;
  stop(): Promise<void>;
}

export interface EngineProgram {
  name: string;
  command(port: number): string[];
  folder: string;
}

const guard = fileURLToPath(new URL('./guard.ts', import.meta.url));
/** It starts beside the build, which keeps a loaded machine busy for a minute. */
const startMs = 120_000;

class PortTakenError extends Error {}

/** Starts the engine as a process of its own on a free port and waits until it answers. */
export async function startProcess(program: EngineProgram): Promise<RunningEngine> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await freePort(), program);
    } catch (error) {
      // Another process can take the port between finding and using it.
      if (!(error instanceof PortTakenError) || attempt === 3) throw error;
    }
  }
}

async function startOn(port: number, program: EngineProgram): Promise<RunningEngine> {
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [guard, ...program.command(port)], {
    cwd: program.folder,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  // Read to the end: a full pipe would block the engine.
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  child.on('error', (error) => {
    said += error.message;
  });
  let ended = false;
  const end = new Promise<void>((resolve) => {
    child.on('close', () => {
      ended = true;
      resolve();
    });
  });
  // The guard then kills the engine, which loses nothing: all its data is in memory.
  const stop = async () => {
    if (!ended) child.stdin.end();
    await end;
  };

  const until = Date.now() + startMs;
  while (!(await answers(endpoint))) {
    // DynamoDB Local does not end if its port is in use.
    const portTaken = said.includes('Address already in use');
    if (!portTaken && !ended && Date.now() < until) {
      // It does not say when it is ready, so it must be asked.
      await setTimeout(50);
      continue;
    }
    const why = ended ? 'ended before it was up' : `did not come up within ${startMs / 1000} s`;
    await stop();
    if (portTaken) throw new PortTakenError(`port ${port} was taken before ${program.name} had it`);
    throw new Error(`${program.name} ${why}: ${said.trim()}`);
  }
  return { endpoint, stop };
}

/**
 * Whether the engine lists its tables, which makes it load its database. The first call takes so much longer than all
 * others that the client of a test might give it up.
 */
async function answers(endpoint: string): Promise<boolean> {
  const credential = 'Credential=test/20260101/us-east-1/dynamodb/aws4_request';
  try {
    const reply = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`,
      },
      body: '{}',
      signal: AbortSignal.timeout(10_000),
    });
    await reply.arrayBuffer();
    return reply.ok;
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
  if (address === null || typeof address === 'string') throw new Error('no port of this machine is free');
  return address.port;
}
