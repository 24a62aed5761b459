import { type Column, tableText } from '../../client/command-line/text/table.ts';

interface Part {
  what: string;
  seconds: number;
  result: string;
}

const failure = 'FAILED';

const columns: Column<Part>[] = [
  { title: 'PART', cell: ({ what }) => what, rank: 0 },
  { title: 'SECONDS', cell: ({ seconds }) => seconds.toFixed(1), align: 'right', rank: 0 },
  { title: 'RESULT', cell: ({ result }) => result, rank: 0 },
];

/** Prints each result when it is there, and all of them at the end. */
export class Report {
  readonly say: (line: string) => void;
  readonly #begun = performance.now();
  readonly #parts: Part[] = [];
  #current: string | undefined;
  #since = this.#begun;

  constructor(say: (line: string) => void) {
    this.say = say;
  }

  /** Runs a part. Its result is what `told` makes of the value; a text tells itself. An error is passed on. */
  async part<Result>(
    what: string,
    act: () => Promise<Result>,
    told: (result: Result) => string = (result) => (typeof result === 'string' ? result : 'ok'),
  ): Promise<Result> {
    this.#current = what;
    this.#since = performance.now();
    const result = await act();
    this.#add(told(result));
    this.#current = undefined;
    return result;
  }

  /** The part that was running failed. */
  fail(error: unknown): void {
    this.#current ??= 'between two parts';
    this.#add(failure);
    this.say((error as Error).stack ?? String(error));
  }

  /** The table of all parts. */
  print(): void {
    this.say(`\n${tableText(columns, this.#parts)}`);
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(0);
    const failed = this.#parts.some(({ result }) => result === failure);
    this.say(
      failed ? `The stack is NOT as promised; ${seconds} s.` : `The stack is as promised; ${seconds} s.`,
    );
  }

  #add(result: string): void {
    const seconds = (performance.now() - this.#since) / 1000;
    const what = this.#current ?? '';
    this.#parts.push({ what, seconds, result });
    const elapsed = ((performance.now() - this.#begun) / 1000).toFixed(0).padStart(4);
    this.say(`${elapsed} s  ${what}: ${result}`);
  }
}
