import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const node = join(root, 'node_modules/.bin/node');
const tsc = join(root, 'node_modules/.bin/tsc');
const folder = mkdtempSync(join(tmpdir(), 'embed-'));

/**
 * The files that `npm install` of the tarball would leave, without its network: what the package asks for, and no more.
 */
beforeAll(async () => {
  // Already built (test/support/build.ts): building here would remove dist/ while other tests use it.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const installed = join(folder, 'node_modules/process-warden');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['xzf', join(folder, tarball), '-C', installed, '--strip-components=1']);
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  );
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, '@types/node': '' })) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  cpSync(join(root, 'examples/embed'), folder, { recursive: true });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function synthesise(program: string, env: Record<string, string> = {}): Promise<string> {
  const outdir = join(folder, `cdk.out.${program}`);
  await run(node, [program], { cwd: folder, env: { ...process.env, ...env, CDK_OUTDIR: outdir } });
  const template = JSON.parse(readFileSync(join(outdir, 'Uploads.template.json'), 'utf8'));
  const resources = Object.values(template.Resources) as { Type: string }[];
  return resources.map(({ Type }) => Type).join(' ');
}

test('the packed construct type-checks and synthesises in another app, in TypeScript', async () => {
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  await run(tsc, [...options, 'app.ts'], { cwd: folder });
  expect(await synthesise('app.ts')).toContain('AWS::Scheduler::ScheduleGroup');
}, 60_000);

test('and in plain JavaScript', async () => {
  // CDK's rules take half of the time. They pass the template of the app above, and in test/lib/stack.test.ts this one.
  expect(await synthesise('app.cjs', { CDK_VALIDATION: 'false' })).toContain('AWS::ApiGatewayV2::Api');
}, 60_000);

test('users 3: every link in the documents of the package leads to a file of the package', () => {
  const installed = join(folder, 'node_modules/process-warden');
  for (const file of globSync('{*.md,docs/**/*.md,examples/**/*.md}', { cwd: installed })) {
    const links = [...readFileSync(join(installed, file), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)];
    const dead = links.filter(([, link = '']) => !existsSync(join(installed, dirname(file), link)));
    expect({ file, dead: dead.map(([, link]) => link) }).toEqual({ file, dead: [] });
  }
});

test('the package contains every bundle and no source map', () => {
  const functions = join(folder, 'node_modules/process-warden/dist/functions');
  for (const name of readdirSync(join(root, 'functions')).map((file) => file.replace(/\.ts$/, ''))) {
    expect(existsSync(join(functions, name, 'index.mjs')), name).toBe(true);
    // The console's function has the page beside it.
    const files = name === 'console' ? ['files', 'index.mjs'] : ['index.mjs'];
    expect(readdirSync(join(functions, name))).toEqual(files);
  }
});
