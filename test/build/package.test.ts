import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
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
import { dirname, extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uncollected } from '../../build/uncollected.ts';
import { until } from '../e2e/support/until.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const node = join(root, 'node_modules/.bin/node');
const folder = mkdtempSync(join(tmpdir(), 'package-'));
const installed = join(folder, 'node_modules/process-warden');
let tarball = '';
let packed: { size: number; files: { path: string }[] };

// As `npm install` leaves the package, but with nothing beside it in node_modules.
beforeAll(async () => {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: root, maxBuffer: 10_000_000 });
  const reply = JSON.parse(stdout);
  // npm 11 prints a list; later ones an object by name.
  packed = Object.values(reply)[0] as typeof packed;
  const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  tarball = join(folder, name);
  mkdirSync(installed, { recursive: true });
  await run('tar', ['xzf', tarball, '-C', installed, '--strip-components=1']);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package contains these folders with these kinds of files, and no others', () => {
  const kinds: Record<string, string[]> = {};
  for (const { path } of packed.files) {
    // Three levels for what is built, the first for documents and examples.
    const depth = path.startsWith('dist/') ? 2 : 1;
    const place = dirname(path).split('/').slice(0, depth).join('/');
    kinds[place] = [...new Set([...(kinds[place] ?? []), extname(path)])].sort();
  }
  expect(kinds).toEqual({
    '.': ['', '.json', '.md'],
    clients: ['.md', '.py', '.toml'],
    'dist/client': ['.js', '.ts'],
    'dist/command-line': ['.mjs', '.node', '.txt'],
    'dist/core': ['.js', '.ts'],
    // With the files of the console beside its function.
    'dist/functions': ['.css', '.html', '.js', '.mjs'],
    'dist/lib': ['.js', '.ts'],
    docs: ['.md', '.png'],
    examples: ['.cjs', '.json', '.md', '.ts'],
  });
  const sources = packed.files.filter(({ path }) => /\.ts$/.test(path) && !/\.d\.ts$|^examples\//.test(path));
  expect(sources).toEqual([]);
  expect(packed.size).toBeLessThan(8_000_000);
});

test('its dependencies are what its files import: one package, and optional peers for the construct and the signer', () => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  );
  expect(Object.keys(dependencies)).toEqual(['zod']);
  expect(Object.keys(peerDependencies)).toEqual(['@smithy/signature-v4', 'aws-cdk-lib', 'constructs']);
  expect(Object.keys(peerDependenciesMeta)).toEqual(Object.keys(peerDependencies));
  // The command line is bundled: that it starts with nothing beside it is tested below.
  expect(packagesImportedIn('dist/client')).toEqual(['@smithy/signature-v4']);
  expect(packagesImportedIn('dist/core')).toEqual(['zod']);
  expect(packagesImportedIn('dist/lib')).toEqual(['aws-cdk-lib', 'constructs']);
});

test('publint and attw find nothing in it', async () => {
  const { stdout } = await run(node, ['build/check-package.ts', tarball], { cwd: root });
  expect(stdout).toContain('All good!');
}, 60_000);

test('`warden start` and `warden console` of the package alone notice an item that is lost, and show the page', async () => {
  const program = join(installed, 'dist/command-line/main.mjs');
  const service = spawn(node, [program, 'start', '--port', '0'], { cwd: folder });
  let printed = '';
  for (const stream of [service.stdout, service.stderr]) stream.on('data', (text) => (printed += text));
  let console: ChildProcessByStdio<null, Readable, null> | undefined;
  try {
    const url = await until('start', 20_000, () => /listens on (\S+)/.exec(printed)?.[1]);
    expect(await (await fetch(url)).text()).toContain('<title>Process Warden</title>');
    const body = JSON.stringify({ timeout: 1 });
    await fetch(`${url}/v1/workflows/uploads/item?id=lost`, { method: 'PUT', body });
    console = spawn(node, [program, 'console', '--json', '--url', url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(console.stdout, 'data');
    expect(await (await fetch(JSON.parse(line).url)).text()).toContain('<title>Process Warden</title>');
    await until('alert', 10_000, () => printed.includes('ALERT  Workflow uploads: 1 item overdue'));
  } finally {
    console?.kill();
    service.kill();
  }
}, 60_000);

test('`warden start --help` shows the flags of the service', async () => {
  const program = join(installed, 'dist/command-line/main.mjs');
  const { stdout } = await run(node, [program, 'start', '--help']);
  expect(stdout).toContain('Usage: warden start [options]');
  expect(stdout).toContain('--webhook-secret <secret>');
});

test('users 3: every link in the documents of the package leads to a file of the package', () => {
  for (const file of globSync('{*.md,docs/**/*.md,examples/**/*.md}', { cwd: installed })) {
    const links = [...readFileSync(join(installed, file), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)];
    const dead = links.filter(([, link = '']) => !existsSync(join(installed, dirname(file), link)));
    expect({ file, dead: dead.map(([, link]) => link) }).toEqual({ file, dead: [] });
  }
});

test('the package contains every bundle and no source map', () => {
  const functions = join(installed, 'dist/functions');
  for (const name of readdirSync(join(root, 'functions')).map((file) => file.replace(/\.ts$/, ''))) {
    expect(existsSync(join(functions, name, 'index.mjs')), name).toBe(true);
    // The console's function has the page beside it.
    const files = name === 'console' ? ['files', 'index.mjs'] : ['index.mjs'];
    expect(readdirSync(join(functions, name))).toEqual(files);
  }
});

/* examples/embed, with the files that `npm install` of the tarball would leave, without its network. */
describe('the construct of the package in another app', () => {
  const app = join(folder, 'embed');
  const types = join(app, 'types');
  beforeAll(async () => {
    cpSync(join(root, 'examples/embed'), app, { recursive: true });
    cpSync(installed, join(app, 'node_modules/process-warden'), { recursive: true });
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    );
    for (const name of Object.keys({ ...dependencies, ...peerDependencies, '@types/node': '' })) {
      mkdirSync(dirname(join(app, 'node_modules', name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
    }
    for (const file of globSync('{lib,core}/**/*.d.ts', { cwd: join(installed, 'dist') }))
      cpSync(join(installed, 'dist', file), join(types, file.replace(/\.d\.ts$/, '.ts')));
    // One process for both, because CDK takes longer to load than to synthesise. The program that requires the package is
    // first, as if it were alone: nothing has imported the package before.
    const inTurn = ['app.cjs', 'app.ts'].map(
      (program) =>
        `process.env.CDK_OUTDIR = 'cdk.out.${program}'; await import(${JSON.stringify(join(app, program))});`,
    );
    // CDK's rules take half of the time. They pass both templates in test/lib/stack.test.ts.
    await run(node, ['--single-threaded', '--input-type=module', '-e', inTurn.join('\n')], {
      cwd: app,
      env: { ...process.env, CDK_VALIDATION: 'false' },
    });
  }, 60_000);

  test('type-checks in TypeScript, as do the other examples with the construct', async () => {
    for (const name of ['subscribe', 's3-events'])
      cpSync(join(installed, 'examples', name, 'app.ts'), join(app, `${name}.ts`));
    // The declarations of all packages, CDK's among them, take seconds to check. As sources, the package's own are checked
    // all the same.
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions'];
    const options = ['--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    const files = ['app.ts', 'subscribe.ts', 's3-events.ts', join(types, 'lib/process-warden.ts')];
    const tsc = join(root, 'node_modules/.bin/tsc');
    await run(tsc, [...flags, ...options, ...files], { cwd: app, env: { ...process.env, ...uncollected } });
  }, 60_000);

  test('synthesises in plain JavaScript, and in TypeScript', () => {
    expect(typesIn('app.cjs')).toContain('AWS::ApiGatewayV2::Api');
    expect(typesIn('app.ts')).toContain('AWS::Scheduler::ScheduleGroup');
  });

  function typesIn(program: string): string[] {
    const template = JSON.parse(
      readFileSync(join(app, `cdk.out.${program}`, 'Uploads.template.json'), 'utf8'),
    );
    return Object.values(template.Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
  }
});

/** The packages that the JavaScript in a folder of the package imports, without those of Node. */
function packagesImportedIn(part: string): string[] {
  const names = readdirSync(join(installed, part), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.m?js$/.test(file))
    .map((file) => readFileSync(join(installed, part, file), 'utf8'))
    .flatMap((code) => [...code.matchAll(/\b(?:from|import)\s*\(?\s*["']([^."'\s][^"'\s]*)["']/g)])
    .map(([, name = '']) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
    .filter((name) => !name.startsWith('node:'));
  return [...new Set(names)].sort();
}
