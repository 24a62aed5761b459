import type { Reporter, SerializedError, TestCase, TestModule, TestSpecification } from 'vitest/node';
import { Progress } from './progress.ts';

/** A reporter of Vitest that shows the progress and the time left, as the other parts of the proof do. */
export default class SuiteProgress implements Reporter {
  readonly #progress = new Progress('test files');
  readonly #tests = new Map<string, { all: number; done: number }>();
  #files = 0;

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#files = specifications.length;
  }

  onTestModuleCollected({ id, children }: TestModule): void {
    this.#tests.set(id, { all: [...children.allTests()].length, done: 0 });
  }

  onTestCaseResult({ module }: TestCase): void {
    const file = this.#tests.get(module.id);
    if (file) file.done++;
    this.#show();
  }

  onTestModuleEnd({ id }: TestModule): void {
    this.#tests.set(id, { all: 1, done: 1 });
    this.#show();
  }

  /** What failed outside of a test, such as in a hook: the JSON report does not have all of it. */
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    this.#progress.end();
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    for (const { message, stack } of [...suites.flatMap((suite) => suite.errors()), ...unhandled]) {
      process.stderr.write(`${stack ?? message}\n`);
    }
  }

  /** A file that is half done counts as half a file: few files take most of the time. */
  #show(): void {
    const done = this.#tests.values().reduce((sum, file) => sum + file.done / Math.max(1, file.all), 0);
    this.#progress.show(done, this.#files);
  }
}
