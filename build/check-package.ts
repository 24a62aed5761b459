import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/*
 * Packs the package and checks the tarball with publint and attw. It has ES modules only, which Node 22.13 also loads by
 * `require`; hence attw's profile.
 * Run: npm run check:package, or with the path of a tarball that is already packed.
 */

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');
const folder = mkdtempSync(join(tmpdir(), 'package-'));
try {
  const tarball = process.argv[2] ?? pack();
  const run = (program: string, ...args: string[]) =>
    execFileSync(process.execPath, [join(bin, program), ...args], { cwd: root, stdio: 'inherit' });
  run('publint', 'run', '--strict', tarball);
  run('attw', '--profile', 'esm-only', '--format', 'ascii', tarball);
  process.stdout.write(`${basename(tarball)} ${(statSync(tarball).size / 1e6).toFixed(1)} MB\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function pack(): string {
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: root });
  const [name = ''] = readdirSync(folder);
  return join(folder, name);
}
