/** For tsc and esbuild, which end before their garbage would fill the memory: collecting it takes processor time. */
export const uncollected = { GOGC: 'off' };
