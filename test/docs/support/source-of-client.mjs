import { registerHooks } from 'node:module';

/** The recipes import the package as its users do; the tests run them on its source, which needs no build. */
const source = new Map([
  ['process-warden/client', new URL('../../../client/client.ts', import.meta.url).href],
  ['process-warden/client/spool', new URL('../../../client/spool/open-spool.ts', import.meta.url).href],
]);

registerHooks({
  resolve: (specifier, context, next) => {
    const url = source.get(specifier);
    return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
  },
});
