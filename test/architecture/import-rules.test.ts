import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const sourceFolders = [
  'bench',
  'bin',
  'build',
  'client',
  'console',
  'core',
  'examples',
  'functions',
  'lib',
  'local',
  'prove',
];

interface Rule {
  /** The folders of ours that it may import, besides itself. */
  ours: RegExp;
  /** The packages and modules of Node that it may import. */
  packages?: RegExp;
}

const anything = /./;
const nothing = /(?!)/;
const sdk = /^@(aws-sdk|smithy)\//;
const butSdk = /^(?!@(aws-sdk|smithy)\/)/;

/** The allowed imports of each folder. CONTRIBUTING.md has the same table. */
const rules: Record<string, Rule> = {
  'core/contract': { ours: nothing, packages: /^zod(\/mini)?$/ },
  'core/names': { ours: nothing, packages: /^zod\/mini$/ },
  'core/openapi': { ours: /^core\/contract\/|^package\.json$/, packages: /^zod\/mini$/ },
  'core/model': {
    ours: /^core\/(contract|names)\/|^core\/(problem-error|json-text)\.ts$/,
    packages: /^(zod\/mini|node:crypto|node:util|node:zlib)$/,
  },
  'core/aws': {
    ours: /^core\/(model|contract|names)\/|^core\/(log|clock|running|json-text|generated-parser|problem-error)\.ts$/,
  },
  'core/operations': {
    ours: /^core\/(aws|model|contract|names)\/|^core\/\w[\w-]*\.ts$/,
    packages: butSdk,
  },
  'core/lambda': {
    ours: /^core\/(operations|aws|model|contract|names)\/|^core\/\w[\w-]*\.ts$/,
    packages: butSdk,
  },
  core: { ours: /^package\.json$/ },
  functions: { ours: /^core\// },
  // The console is bundled from its source when the page is first opened.
  local: { ours: /^(functions|core)\/|^package\.json$|^build\/bundle-console\.ts$/ },
  console: { ours: /^core\/contract\//, packages: /^(preact|preact\/hooks|@preact\/signals)$/ },
  // The signer for IAM is an entry of its own, and its package an optional peer.
  client: {
    ours: /^core\/contract\/|^package\.json$/,
    packages: /^(?!@(aws-sdk|smithy)\/)|^@smithy\/signature-v4$/,
  },
  'client/command-line': {
    // The service only for `warden start`, its flags for completions, and its page and guard for `warden console`.
    ours: /^(client|core\/contract)\/|^local\/(run-service|options|console-files|http-bridge\/foreign-request)\.ts$|^package\.json$/,
    packages: butSdk,
  },
  // Of batches only the type of an operation, which is what an event becomes.
  lib: { ours: /^core\/(names\/|contract\/(routes|patterns|batch)\.ts$)/, packages: butSdk },
  // It knows the promises and what can be seen from outside, and nothing of how the service keeps them.
  'prove/model': {
    ours: /^core\/contract\/|^prove\/(history\/|ledger\.ts$|world\/names\.ts$)/,
    packages: /^node:util$/,
  },
  'prove/memory': { ours: /^(local|core)\// },
  bin: { ours: /^lib\// },
  // It sees the stack from outside: through the client, the contract and AWS.
  'prove/stack': { ours: /^(client|core\/contract)\/|^test\/support\/virtual-environment/ },
  // They speak HTTP, as users do.
  examples: { ours: nothing },
};

/** The capabilities that each capability may use: a staircase from the watch down to items and incidents. */
const capabilities: Record<string, readonly string[]> = {
  incidents: [],
  items: ['incidents'],
  redrives: ['items', 'incidents'],
  watch: ['redrives', 'items', 'incidents'],
  workflows: [],
  access: [],
};

interface Import {
  file: string;
  /** A path in the repository, or the name of a package. */
  imported: string;
  isOurs: boolean;
  isType: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const specifiers = text.matchAll(/(\bimport\s+type\b[^;']*?\bfrom|\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
  return [...specifiers].map(([, words = '', specifier = '']) => {
    const isOurs = specifier.startsWith('.');
    const imported = isOurs ? relative(root, join(root, dirname(file), specifier)) : specifier;
    return { file, imported, isOurs, isType: /^import\s+type\b/.test(words) };
  });
}

async function importsIn(folder: string): Promise<Import[]> {
  const found: Import[] = [];
  for await (const file of glob(`${folder}/**/*.{ts,tsx}`, { cwd: root })) found.push(...importsOf(file));
  return found;
}

/** A folder may allow a folder in it more than itself: that one's own rule is for its files. */
const hasOwnRule = (file: string, folder: string) =>
  Object.keys(rules).some((other) => other.startsWith(`${folder}/`) && file.startsWith(`${other}/`));

const shown = (offences: Import[]) => offences.map(({ file, imported }) => `${file} imports ${imported}`);

describe.each(Object.entries(rules))('%s', (folder, { ours, packages = anything }) => {
  test('imports only what is allowed', async () => {
    const offences = (await importsIn(folder)).filter(({ file, imported, isOurs }) => {
      if (hasOwnRule(file, folder)) return false;
      if (isOurs && imported.startsWith(`${folder}/`)) return false;
      return !(isOurs ? ours : packages).test(imported);
    });
    expect(shown(offences)).toEqual([]);
  });
});

test.each(Object.entries(capabilities))('operations of %s use only those below them', async (name, below) => {
  const others = new RegExp(`^core/operations/(?!(?:${[name, ...below].join('|')})/)`);
  const offences = (await importsIn(`core/operations/${name}`)).filter(({ imported }) =>
    others.test(imported),
  );
  expect(shown(offences)).toEqual([]);
});

test('only core/aws imports the AWS SDK', async () => {
  const offences = (await importsIn('core')).filter(
    ({ file, imported }) => sdk.test(imported) && !file.startsWith('core/aws/'),
  );
  expect(shown(offences)).toEqual([]);
});

test('of the files directly in core only core/ports.ts imports adapters', async () => {
  const offences = (await importsIn('core')).filter(
    ({ file, imported }) => /^core\/[\w-]+\.ts$/.test(file) && imported.startsWith('core/aws/'),
  );
  expect(shown(offences.filter(({ file }) => file !== 'core/ports.ts'))).toEqual([]);
});

test('no adapter creates a client of its own, except to delete timers', async () => {
  const made: string[] = [];
  for await (const file of glob('{core,functions}/**/*.ts', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [call] of text.matchAll(/new \w+Client\([^)]*\)/g)) made.push(`${file}: ${call}`);
  }
  expect(made).toEqual(['core/aws/timers.ts: new SchedulerClient(disarmSettings)']);
});

test('there is no import cycle', async () => {
  const imports = new Map<string, string[]>();
  for (const folder of sourceFolders) {
    for (const { file, imported, isOurs } of await importsIn(folder)) {
      if (isOurs) imports.set(file, [...(imports.get(file) ?? []), imported]);
    }
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    if (way.includes(file) || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  expect(imports.size).toBeGreaterThan(700);
  expect(circles).toEqual([]);
});

test('the contract loads in a browser', async () => {
  const entryPoints: string[] = [];
  for await (const file of glob('core/contract/**/*.ts', { cwd: root })) entryPoints.push(join(root, file));
  const { errors, outputFiles } = await build({
    entryPoints,
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  expect(errors).toEqual([]);
  expect(outputFiles).toHaveLength(entryPoints.length);
  const withNode = entryPoints.filter((file) => /\b(Buffer|process)\./.test(readFileSync(file, 'utf8')));
  expect(withNode).toEqual([]);
});

test('the hot-path functions do not contain the OpenAPI document', () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file) || !file.endsWith('.ts')) return;
    seen.add(file);
    // A module that has only types is in no bundle.
    for (const { imported, isOurs, isType } of importsOf(file)) if (isOurs && !isType) visit(imported);
  };
  for (const name of ['register', 'complete', 'progress', 'check-timers']) visit(`functions/${name}.ts`);
  expect([...seen].filter((file) => file.includes('openapi'))).toEqual([]);
});

test('every function has an operation of the same name', async () => {
  const names = async (pattern: string) => {
    const found: string[] = [];
    for await (const file of glob(pattern, { cwd: root })) found.push(file.split('/').at(-1) ?? '');
    return found;
  };
  const operations = await names('core/operations/*/*.ts');
  const withoutOperation = (await names('functions/*.ts')).filter((name) => !operations.includes(name));
  // Exceptions: the page of the console is a file, the document is built from the contract, and unrouted requests are answered without an operation.
  expect(withoutOperation.toSorted()).toEqual(['answer-unrouted.ts', 'console.ts', 'read-openapi.ts']);
});
