import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openapi } from '../../core/openapi/openapi.ts';

/*
 * Checks the OpenAPI document with two linters, and generates and compiles clients for Python, Go and Java, each if its
 * language is installed: npm run openapi:clients. The tools come from the registries, into a folder that is removed at
 * the end. The client for TypeScript has a test (test/openapi/typescript-client.test.ts).
 */

const execute = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'openapi-clients-'));
const document = join(folder, 'openapi.json');
const pythonTools = ['openapi-spec-validator==0.9.0', 'openapi-python-client==0.29.1', 'ruff==0.17.6'];
const javaGenerator = { name: 'openapi-generator-cli', version: '7.14.0' };
const goGenerator = 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2';

interface Check {
  name: string;
  /** The program that it needs, asked for its version. */
  needs: readonly [program: string, ...args: string[]];
  run(): Promise<void>;
}

const checks: readonly Check[] = [
  { name: 'redocly lint', needs: ['npx', '--version'], run: lint },
  { name: 'openapi-spec-validator and the client for Python', needs: ['python3', '--version'], run: python },
  { name: 'the client for Go', needs: ['go', 'version'], run: go },
  { name: 'the client for Java', needs: ['mvn', '--version'], run: java },
];

async function run(cwd: string, program: string, ...args: string[]): Promise<void> {
  await execute(program, args, { cwd, timeout: 600_000, maxBuffer: 64 * 1024 * 1024 });
}

async function lint(): Promise<void> {
  await run(folder, 'npx', '--yes', '@redocly/cli@2.77.0', 'lint', document, '--max-problems', '1000');
}

async function python(): Promise<void> {
  const tools = join(folder, 'venv');
  const bin = join(tools, 'bin');
  await run(folder, 'python3', '-m', 'venv', tools);
  await run(folder, join(bin, 'pip'), 'install', '--quiet', '--disable-pip-version-check', ...pythonTools);
  await run(folder, join(bin, 'openapi-spec-validator'), document);
  const config = join(folder, 'python.json');
  // The generator calls ruff by its name, without the folder that contains it.
  const hooks = [`${join(bin, 'ruff')} check . --fix-only --quiet`, `${join(bin, 'ruff')} format . --quiet`];
  await writeFile(config, JSON.stringify({ post_hooks: hooks }));
  const generate = ['generate', '--path', document, '--output-path', 'warden', '--meta', 'none'];
  // Without this flag it leaves out what it cannot read, with a warning.
  await run(folder, join(bin, 'openapi-python-client'), ...generate, '--config', config, '--fail-on-warning');
  const importAll =
    'import importlib, pkgutil, warden; [importlib.import_module(m.name) for m in pkgutil.walk_packages(warden.__path__, "warden.")]';
  await run(folder, join(bin, 'python'), '-c', importAll);
}

async function go(): Promise<void> {
  const client = join(folder, 'go');
  await mkdir(client);
  await writeFile(join(client, 'go.mod'), 'module warden\n\ngo 1.24\n');
  // skip-prune: otherwise it removes the schemas that only webhooks use, but not the references to them.
  const generate = ['-generate', 'types,client,skip-prune', '-package', 'warden', '-o', 'client.go'];
  await run(client, 'go', 'run', goGenerator, ...generate, document);
  await run(client, 'go', 'mod', 'tidy');
  await run(client, 'go', 'vet', './...');
}

async function java(): Promise<void> {
  const { name, version } = javaGenerator;
  const copy = ['dependency:copy', `-Dartifact=org.openapitools:${name}:${version}`];
  await run(folder, 'mvn', '-q', '-B', ...copy, `-DoutputDirectory=${folder}`);
  const client = join(folder, 'java');
  const generate = ['generate', '-i', document, '-g', 'java', '--library', 'native', '-o', client];
  const without = ['--global-property', 'apiTests=false,modelTests=false,apiDocs=false,modelDocs=false'];
  await run(folder, 'java', '-jar', join(folder, `${name}-${version}.jar`), ...generate, ...without);
  await run(client, 'mvn', '-q', '-B', 'compile');
}

async function isThere([program, ...args]: Check['needs']): Promise<boolean> {
  return execute(program, args).then(
    () => true,
    () => false,
  );
}

/** Prints a line with the result. False if it failed. */
async function outcomeOf({ name, needs, run: carryOut }: Check): Promise<boolean> {
  const say = (outcome: string) => process.stdout.write(`${name}: ${outcome}\n`);
  if (!(await isThere(needs))) {
    say(`left out, ${needs[0]} is not installed`);
    return true;
  }
  const started = performance.now();
  try {
    await carryOut();
    say(`no error, ${Math.round((performance.now() - started) / 1000)} s`);
    return true;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    say(`failed\n${message}\n${stdout}\n${stderr}`);
    return false;
  }
}

try {
  await writeFile(document, JSON.stringify(openapi()));
  for (const check of checks) if (!(await outcomeOf(check))) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
