#!/usr/bin/env node
import module from 'node:module';

// The program loads Node's modules with getBuiltinModule.
const { stderr, version, getBuiltinModule }: Partial<NodeJS.Process> = process;
if (getBuiltinModule === undefined) {
  stderr?.write(`warden: Node 20.16 or later is needed; this is ${version}\n`);
  process.exit(1);
}

// Node keeps the compiled code, so that the next start is faster; hence the code itself is in another file. It is kept in
// the user's own folder: in that for temporary files, which is Node's choice, others could lay code down for this user to
// run. Node 20 cannot do this.
const { XDG_CACHE_HOME: chosen = '', HOME: home } = process.env;
const folder = chosen.startsWith('/') ? chosen : home && `${home}/.cache`;
if (folder) module.enableCompileCache?.(`${folder}/process-warden`);
// The help of `warden` itself needs no commands.
const [first = '', ...others] = process.argv.slice(2);
const isHelp = others.length === 0 && (first === '--help' || first === '-h');
await (isHelp ? import('./print-overview.ts') : import('./main.ts'));
