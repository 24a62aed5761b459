import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, by their time on two cores. A clean checkout knows no times yet. If one of these files
 * began last, the run would wait for it while the other workers are idle. Those that wait alternate with those that
 * compute.
 */
export const longest = [
  'test/console/console.test.ts',
  'test/e2e/kill.test.ts',
  'test/properties/concurrency.test.ts',
  'test/lib/stack.test.ts',
  'test/e2e/redrive-outage.test.ts',
  'test/clients/python/client.test.ts',
  'test/e2e/stop.test.ts',
  'test/properties/interleave.test.ts',
  'test/e2e/start.test.ts',
  'test/properties/ids.test.ts',
  'test/e2e/alert.test.ts',
  'test/prove/histories.test.ts',
  'test/build/package.test.ts',
  'test/examples/total-outage.test.ts',
  'test/lib/apis.test.ts',
  'test/console/actions.test.ts',
  'test/client/away.test.ts',
  'test/e2e/built.test.ts',
  'test/core/aws/items/walk.test.ts',
];

/** Files here start processes and wait in real time: for deadlines, sweeps, a browser, or a service that is away. */
const waits = /^test\/(e2e|examples|build|console|clients|docs\/recipes)\//;

/**
 * The project `alone` first, whose process no other file can use; then the longest files; then those that wait, spread
 * evenly among the others, so that there is always something to compute meanwhile.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const nameOf = ({ moduleId }: TestSpecification) => relative(this.ctx.config.root, moduleId);
    const place = (file: TestSpecification) => (isAlone(file) ? -1 : longest.indexOf(nameOf(file)));
    const begin = sorted.filter((file) => isAlone(file) || longest.includes(nameOf(file)));
    const rest = sorted.filter((file) => !begin.includes(file));
    return [
      ...begin.toSorted((one, other) => place(one) - place(other)),
      ...spread(
        rest.filter((file) => waits.test(nameOf(file))),
        rest.filter((file) => !waits.test(nameOf(file))),
      ),
    ];
  }
}

const isAlone = ({ project }: TestSpecification) => project.name === 'alone';

/** Both lists in one, each in its order and evenly from its beginning to its end. */
export function spread<Value>(some: readonly Value[], others: readonly Value[]): Value[] {
  const placed = [some, others].flatMap((list) =>
    list.map((value, index) => ({ value, place: (index + 0.5) / list.length })),
  );
  return placed.toSorted((one, other) => one.place - other.place).map(({ value }) => value);
}
