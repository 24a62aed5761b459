/**
 * How fast is register + complete on a laptop, and does the memory stay constant? Starts the service as a child and
 * makes pairs over HTTP, 16 at a time. Prints the errors, the pairs per second as a ratio to a floor measured in the
 * same run (the bare SDK calls of a pair against the same embedded servers, without HTTP and functions), then the
 * child's resident memory at every 10,000 of 50,000 pairs.
 * Run: npm run bench:pairs                    everything, some minutes
 *      npm run bench:pairs -- --pairs 1000    only the ratio, of so many pairs
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { concurrency, data, timed } from './pairs-floor.ts';

const rounds = 3;
const warmUpPairs = 500;
const memoryPairs = 50_000;
const memoryStep = 10_000;
/** What warming up may add, in MB per step. Anything kept of each pair would add far more. */
const mostGrowthMb = 5;
const { values } = parseArgs({ options: { pairs: { type: 'string' } } });
await main(Number(values.pairs ?? 1_000), values.pairs === undefined);

async function main(pairs: number, withMemory: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'warden-bench-'));
  const floor = fork(join(import.meta.dirname, 'pairs-floor.ts'), [join(folder, 'floor')]);
  const service = spawn(
    process.execPath,
    [join(import.meta.dirname, '../local/main.ts'), '--port', '0', '--data', join(folder, 'service')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const pair = httpPairs(await urlOf(service));
    await timed(warmUpPairs, pair);
    await floorRound(floor, warmUpPairs);

    const ratios: number[] = [];
    let errors = 0;
    for (let round = 1; round <= rounds; round++) {
      const bare = await floorRound(floor, pairs);
      const whole = await timed(pairs, pair);
      errors += whole.errors;
      ratios.push(whole.perSecond / bare.perSecond);
      print(
        `${pairs} pairs: ${whole.errors} errors, ${whole.perSecond.toFixed(0)}/s, ` +
          `floor ${bare.perSecond.toFixed(0)}/s, ratio ${(whole.perSecond / bare.perSecond).toFixed(2)}`,
      );
    }
    print(`median ratio ${ratios.sort((a, b) => a - b)[Math.floor(rounds / 2)]?.toFixed(2)}`);
    floor.disconnect();
    if (withMemory) errors += await memory(service, pair);
    if (errors > 0) process.exitCode = 1;
  } finally {
    service.kill();
    await once(service, 'exit');
    if (floor.exitCode === null) {
      floor.kill();
      await once(floor, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

async function memory(service: ChildProcess, pair: () => Promise<void>): Promise<number> {
  const resident: number[] = [];
  let errors = 0;
  for (let done = 0; done < memoryPairs; done += memoryStep) {
    const part = await timed(memoryStep, pair);
    errors += part.errors;
    resident.push(residentMb(service.pid ?? 0));
    print(
      `${done + memoryStep} pairs: ${errors} errors, resident ${resident.at(-1)?.toFixed(0)} MB, ` +
        `${part.perSecond.toFixed(0)}/s`,
    );
  }
  const perStep = slope(resident);
  const verdict = perStep < mostGrowthMb ? 'flat' : 'NOT FLAT';
  print(`slope ${perStep.toFixed(1)} MB per ${memoryStep} pairs: ${verdict}`);
  return errors;
}

function httpPairs(url: string): () => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const call = async (method: string, path: string, expected: number, body?: unknown) => {
    const request = httpRequest(`${url}${path}`, { agent, method });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    if (response.statusCode !== expected) throw new Error(`${method} was answered ${response.statusCode}`);
  };
  return async () => {
    const path = `/v1/workflows/bench/item?id=${randomUUID()}`;
    await call('PUT', path, 201, { timeout: 3_600, step: 'uploaded', data });
    await call('DELETE', path, 200);
  };
}

async function floorRound(floor: ChildProcess, pairs: number): Promise<{ perSecond: number }> {
  floor.send(pairs);
  const [result] = await once(floor, 'message');
  if (result.errors > 0) throw new Error(`the floor had ${result.errors} errors`);
  return result;
}

async function urlOf(service: ChildProcess): Promise<string> {
  if (!service.stdout) throw new Error('the service has no output');
  for await (const line of createInterface({ input: service.stdout })) {
    const url = /listens on (\S+)/.exec(line)?.[1];
    if (url) {
      service.stdout.resume();
      return url;
    }
  }
  throw new Error('the service did not start');
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

/** Least squares, per step. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const over = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  return over / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
