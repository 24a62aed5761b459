/**
 * Watches the work orders of OpenFn from outside: a pass each minute. See README.md.
 * Run: npm run example -- openfn-watch, with the environment that README.md lists
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { WardenClient } from '../support/warden-client.ts';
import { pass } from './watcher.ts';

const Environment = z.object({
  OPENFN_URL: z.url(),
  OPENFN_TOKEN: z.string(),
  WARDEN_URL: z.url(),
  WARDEN_TOKEN: z.string().optional(),
  WORKFLOW: z.string().default('openfn'),
  TIMEOUT_MINUTES: z.coerce.number().positive().default(60),
  CURSOR_FILE: z.string().default('openfn-cursor.json'),
});
const parsed = Environment.safeParse(process.env);
if (!parsed.success) {
  process.stderr.write(
    `The environment is not complete. README.md lists it.\n${z.prettifyError(parsed.error)}\n`,
  );
  process.exit(2);
}
const env = parsed.data;
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());

const watcher = {
  openfn: { url: env.OPENFN_URL, token: env.OPENFN_TOKEN },
  items: new WardenClient(env.WARDEN_URL, env.WORKFLOW, env.WARDEN_TOKEN),
  passes: new WardenClient(env.WARDEN_URL, `${env.WORKFLOW}-watcher`, env.WARDEN_TOKEN),
  cursorFile: env.CURSOR_FILE,
  timeoutMs: env.TIMEOUT_MINUTES * 60_000,
  now: () => Date.now(),
};

while (!interrupt.signal.aborted) {
  const at = new Date().toISOString();
  try {
    const { changed, operations } = await pass(watcher);
    process.stdout.write(`${at} changed work orders: ${changed}, operations sent: ${operations}\n`);
  } catch (error) {
    process.stderr.write(`${at} the pass failed: ${error instanceof Error ? error.message : error}\n`);
  }
  await sleep(60_000, undefined, { signal: interrupt.signal }).catch(() => {});
}
