import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Caller } from './caller.ts';
import { LocalProcess, type Program } from './local-process.ts';
import { until } from './until.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

export interface StartOptions {
  /** Undefined if the folder and the port are given otherwise. */
  data?: string;
  /** Any free port by default. */
  port?: number;
  args?: readonly string[];
  env?: Record<string, string>;
  /** The longest time until its first line, in milliseconds; 15,000 by default. */
  startsWithin?: number;
  /** The laptop's by default. */
  program?: Program;
}

/** A service that listens. */
export interface Local {
  process: LocalProcess;
  url: string;
  port: number;
  caller: Caller;
  /** From the start of the process to its first line, in milliseconds. */
  readyMs: number;
}

/** Everything that one test starts and creates. It is stopped and removed when the test ends, also after a failure. */
export class Laptop {
  readonly #ends: (() => unknown)[] = [];
  readonly #program: Program;

  constructor(program: Program = 'package') {
    this.#program = program;
  }

  /** Registers a cleanup. The last one runs first. */
  atEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'warden-e2e-'));
    this.atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    return folder;
  }

  async webhook(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await receiver.up();
    this.atEnd(() => receiver.down());
    return receiver;
  }

  caller(url: string): Caller {
    const caller = new Caller(url);
    this.atEnd(() => caller.close());
    return caller;
  }

  spawn(args: readonly string[], env: Record<string, string> = {}, program = this.#program): LocalProcess {
    const child = new LocalProcess(program, args, env);
    this.atEnd(() => child.kill());
    return child;
  }

  async start(options: StartOptions = {}): Promise<Local> {
    const { data, port, args = [], env = {}, startsWithin = 15_000, program } = options;
    const place = data === undefined ? [] : ['--port', String(port ?? 0), '--data', data];
    const process = this.spawn([...place, ...args], env, program);
    const url = await until('first line with the URL', startsWithin, () => {
      if (process.exit) throw new Error(`it ended: ${JSON.stringify(process.exit)} ${process.stderr}`);
      return /listens on (http:\/\/\S+)/.exec(process.stdout)?.[1];
    });
    const readyMs = performance.now() - process.startedAt;
    return { process, url, port: Number(new URL(url).port), caller: this.caller(url), readyMs };
  }

  /** Runs to its end, which it must reach within 10 s. */
  async run(args: readonly string[], env: Record<string, string> = {}) {
    const child = this.spawn(args, env);
    const timer = setTimeout(() => child.kill(), 10_000);
    const exit = await child.exited;
    clearTimeout(timer);
    return { ...exit, stdout: child.stdout, stderr: child.stderr };
  }
}
