import { existsSync, globSync } from 'node:fs';
import { chmod, cp, glob, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { writeLicences } from './third-party-licences.ts';

/*
 * Builds `warden` with everything that it needs, so that a user's node_modules has none of these packages:
 * dist/command-line/main.mjs, program.mjs with the declared commands, the parts that some commands load, start.mjs with the
 * flags of `warden start`, and service.mjs, which it loads when they are right. Only what each start needs is in program.mjs,
 * and it shares no file with the parts: Node takes longer to find and load a second file than to run what is in it.
 */

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist/command-line');

const shared = {
  absWorkingDir: root,
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // Names stay: packages of the service show the names of functions and classes.
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

/** Modules of Node are all that commander requires, and that the program and its parts may. */
const requireOfNode = 'const require=process.getBuiltinModule;';
/** LevelDB's binding and packages of the service require files. */
const requireOfFiles = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

const partsOfFauxqs: Plugin = {
  name: 'parts of fauxqs',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/fauxqs-parts\.ts$/ }, () => ({ path: join(root, 'build/fauxqs-parts.ts') })),
};

/** The package has the console built: it is not bundled from its source. */
const consoleBuilt: Plugin = {
  name: 'console built',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/bundle-console\.ts$/ }, ({ path }) => ({ path, external: true })),
};

/**
 * dynalite requires its actions by names without `.js`, which esbuild does not find. It parses addresses by
 * `url.parse`, and Node warns of that outside node_modules.
 */
const dynaliteBundled: Plugin = {
  name: 'dynalite bundled',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/dynalite\/index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const requiring = text.replace(
        /(require\('\.\/(?:actions|validations)\/' \+ action)\)/g,
        "$1 + '.js')",
      );
      if (requiring === text) throw new Error(`${path} no longer requires its actions by name`);
      const query = "Object.fromEntries(new URL(req.url, 'http://localhost').searchParams)";
      const contents = requiring.replace('url.parse(req.url, true).query', query);
      if (contents === requiring) throw new Error(`${path} no longer parses addresses as it did`);
      return { contents };
    }),
};

/**
 * Commander can start programs for commands that are files of their own, but `warden` has no such commands. The modules
 * that it loads for that took most of the time of a start. `process` is global, and importing it as a module reads all
 * that it has.
 */
const commanderWithoutPrograms: Plugin = {
  name: 'commander without programs',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/commander\/lib\/command\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(
        /^const (childProcess|fs|process) = require\('node:\w+'\);$/gm,
        (line, name) => (name === 'process' ? '' : line.replace(`${name} =`, `${name} = () =>`)),
      );
      const lazy = contents.replace(/\b(childProcess|fs)\./g, '$1().');
      if (lazy.split('().').length < 7) throw new Error(`${path} does not load its modules as it did`);
      return { contents: lazy };
    }),
};

/**
 * Actions that are loaded together, although each command asks for its own: by itself, each would share parts with some
 * others, and a command would load thirty files. The others load much of Node that few commands need, or start a command.
 */
const alone = ['run', 'console', 'drill'];
const actions = globSync('client/command-line/actions/*.ts', { cwd: root }).map((file) =>
  basename(file, '.ts'),
);
const actionsTogether = actions
  .filter((name) => !alone.includes(name))
  .map((name) => `export * from './client/command-line/actions/${name}.ts';`)
  .join('\n');

/** The parts that the program loads, by the names of their files. */
const parts = {
  ...Object.fromEntries(alone.map((name) => [name, `client/command-line/actions/${name}.ts`])),
  ...Object.fromEntries(
    ['find-target', 'find-spool', 'error-report'].map((name) => [name, `client/command-line/${name}.ts`]),
  ),
  client: 'client/client.ts',
  actions: 'together',
};
const together: Plugin = {
  name: 'actions together',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^together$/ }, ({ path }) => ({ path, namespace: path }));
    onLoad({ filter: /^together$/, namespace: 'together' }, () => ({
      contents: actionsTogether,
      resolveDir: root,
    }));
  },
};

/** The files that the program loads by `import()`, in `out`. */
const loaded = new Set<string>();
/** What the program loads by `import()` is another file. The service is one too: split into parts, it would be a hundred. */
const partsApart: Plugin = {
  name: 'parts apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.+\/.*\.ts$/ }, ({ path: source, kind }) => {
      if (kind !== 'dynamic-import') return undefined;
      const name = basename(source, '.ts');
      const file = { main: 'program', 'print-overview': 'overview', 'run-service': 'start' }[name] ?? name;
      const path = `./${actions.includes(name) && !alone.includes(name) ? 'actions' : file}.mjs`;
      loaded.add(path);
      return { path, external: true };
    }),
};

await rm(out, { recursive: true, force: true });
const built = await Promise.all([
  build({
    ...shared,
    entryPoints: {
      main: 'client/command-line/bin.ts',
      overview: 'client/command-line/print-overview.ts',
      program: 'client/command-line/main.ts',
      start: 'local/run-service.ts',
    },
    target: 'node20',
    banner: { js: requireOfNode },
    plugins: [partsApart, commanderWithoutPrograms],
  }),
  build({
    ...shared,
    entryPoints: parts,
    target: 'node20',
    banner: { js: requireOfNode },
    chunkNames: 'part-[hash]',
    splitting: true,
    plugins: [together, consoleBuilt],
  }),
  build({
    ...shared,
    entryPoints: ['local/service.ts'],
    target: 'node22.13',
    banner: { js: requireOfFiles },
    alias: { '@aws-sdk/credential-provider-node': join(root, 'build/lambda-credentials.ts') },
    plugins: [dynaliteBundled, partsOfFauxqs, consoleBuilt],
    // LevelDB's binding looks for its binary in the folder of its file, which is service.mjs now (docs/adr/0036).
    define: { __dirname: 'import.meta.dirname' },
  }),
]);
const missing = [...loaded].filter((file) => !existsSync(join(out, file)));
if (missing.length > 0) throw new Error(`the program loads ${missing.join(' and ')}, which no step builds`);
await chmod(join(out, 'main.mjs'), 0o755);

// The platforms of Node 24, without 32-bit platforms.
for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64+arm64', 'win32-x64']) {
  const prebuilt = join('prebuilds', platform);
  await cp(join(root, 'node_modules/classic-level', prebuilt), join(out, prebuilt), { recursive: true });
}
const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
writeLicences(root, inputs, join(out, 'THIRD-PARTY-LICENSES.txt'));

for await (const file of glob('*.mjs', { cwd: out })) {
  const { size } = await stat(join(out, file));
  process.stdout.write(`${file.padEnd(32)} ${(size / 1024).toFixed(0).padStart(4)} KB\n`);
}
