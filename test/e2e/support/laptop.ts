import { test as bareTest } from 'vitest';
import { Laptop } from './laptop-without-vitest.ts';

export * from './laptop-without-vitest.ts';

/** vitest's test, with a laptop of its own for each test. */
export const test = bareTest.extend<{ laptop: Laptop }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which other fixtures are needed
  laptop: async ({}, use) => {
    const laptop = new Laptop();
    await use(laptop);
    await laptop.end();
  },
});
