import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

/** How the functions are bundled for Lambda. */
export const lambdaBundle = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Use the packages' ES modules: esbuild can drop unused parts of ES modules, but not of CommonJS.
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'lambda-credentials.ts') },
  // Some packages of the SDK contain CommonJS, which loads Node's modules by require.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
} satisfies BuildOptions;
