import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startWarden } from '../support/start-warden.ts';

const root = join(import.meta.dirname, '../..');

/** The sources of the package's entries. */
const entries: Record<string, string> = {
  'process-warden/client': 'client/client.ts',
  'process-warden/client/spool': 'client/spool/open-spool.ts',
  'process-warden/client/iam': 'client/iam.ts',
};

test('every example in docs/client.md runs', async () => {
  const page = await readFile(join(root, 'docs/client.md'), 'utf8');
  const examples = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
  expect(examples.length).toBeGreaterThanOrEqual(6);

  const warden = await startWarden();
  await warden.register('scans', 'failed', { timeout: 60 });
  await warden.progress('scans', 'failed', { failed: { reason: 'test' } });
  const folder = await mkdtemp(join(tmpdir(), 'client-docs-'));
  const imports = await Promise.all(
    examples.map(async (code, number) => {
      const file = join(folder, `${number}.ts`);
      const resolved = code.replace(/from '(process-warden[^']*)'/g, (_, name: string) => {
        return `from ${JSON.stringify(join(root, entries[name] ?? `no entry ${name}`))}`;
      });
      await writeFile(file, resolved);
      return `await import(${JSON.stringify(file)});`;
    }),
  );
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', imports.join('\n')],
    {
      cwd: folder,
      env: { ...process.env, WARDEN_URL: warden.url, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' },
    },
  );
  await rm(folder, { recursive: true });
  await warden.close();

  expect(stderr).toBe('');
  expect(stdout).toContain('12\n');
  expect(stdout).toContain('item-not-found 404 []\n');
  expect(stdout).toContain("{ item: 'c' }\n");
  expect(stdout).toContain("[ 'd' ]\n");
  expect(stdout).toMatch(/^[0-9a-z]{20} overdue 1$/m);
  expect(stdout).toMatch(/(ok|failing)\n$/);
});
