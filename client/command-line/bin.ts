#!/usr/bin/env node
import module from 'node:module';

// Node keeps the compiled code, so that the next start is faster; hence the code itself is in another file. Node 20
// cannot do this.
module.enableCompileCache?.();
await import('./main.ts');
