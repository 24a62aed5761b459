#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Node keeps the compiled code, which makes the next start faster; so the code itself must be in another file.
enableCompileCache();
await import('./main.ts');
