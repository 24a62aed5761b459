import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, by their time on two cores, in each project. A clean checkout knows no times yet. If one
 * of these files began last, the run would wait for it while the other workers are idle.
 */
export const longest = [
  'test/console/console.test.ts',
  'test/e2e/kill.test.ts',
  'test/e2e/redrive-outage.test.ts',
  'test/clients/python/client.test.ts',
  'test/e2e/stop.test.ts',
  'test/e2e/start.test.ts',
  'test/e2e/alert.test.ts',
  'test/build/package.test.ts',
  'test/examples/total-outage.test.ts',
  'test/properties/concurrency.test.ts',
  'test/lib/stack.test.ts',
  'test/properties/interleave.test.ts',
  'test/properties/incident-crash-other.test.ts',
  'test/properties/ids.test.ts',
  'test/properties/incident-crash-timers.test.ts',
  'test/properties/early-timers.test.ts',
  'test/properties/incident-crash-sweep.test.ts',
  'test/properties/sweeps-race.test.ts',
];

/** Projects in the order of vitest.config.ts; in each the longest files first, then the others as vitest sorts them. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = this.ctx.projects.map(({ name }) => name);
    const places = new Map(longest.map((file, place) => [file, place]));
    const rank = ({ project, moduleId }: TestSpecification) => [
      projects.indexOf(project.name),
      places.get(relative(this.ctx.config.root, moduleId)) ?? longest.length,
    ];
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => {
      const [project = 0, place = 0] = rank(one);
      const [otherProject = 0, otherPlace = 0] = rank(other);
      return project - otherProject || place - otherPlace;
    });
  }
}
