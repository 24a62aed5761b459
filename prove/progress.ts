import { cutTo } from '../client/command-line/text/table.ts';
import { durationText } from '../core/contract/duration-text.ts';

const barWidth = 20;
const everyMs = 200;
/** Without a terminal a line comes this often. */
const everyLineMs = 10_000;

/** The progress of some work: a line that is redrawn on a terminal, otherwise a line now and then. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #what: string;
  readonly #begun = performance.now();
  #drawnAt = 0;

  constructor(what: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#what = what;
    this.#stream = stream;
  }

  show(done: number, of: number, more = ''): void {
    const now = performance.now();
    const { isTTY, columns = 80 } = this.#stream;
    if (now - this.#drawnAt < (isTTY ? everyMs : everyLineMs)) return;
    this.#drawnAt = now;
    const leftMs = done === 0 ? undefined : ((now - this.#begun) / done) * (of - done);
    const filled = Math.round((done / of) * barWidth);
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
    const left = leftMs === undefined ? '' : `, ${durationText(leftMs)} left`;
    const line = `${bar} ${this.#what}: ${Math.floor(done)} of ${of}${left}${more}`;
    this.#stream.write(isTTY ? `\r${cutTo(line, columns - 1)}\u001b[K` : `${line}\n`);
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K');
  }
}
