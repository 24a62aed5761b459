import { stripVTControlCharacters } from 'node:util';
import { unprintable } from '../../contract/label.ts';
import { limits } from '../../contract/limits.ts';

const isCut = '[the beginning is cut off]\n';

/**
 * The reason of a failure from what a job printed, or from `exit code 3` and the like if the job printed nothing. Colours
 * and control characters are removed. A longer output keeps its end, which says why the job failed, and says that its
 * beginning is cut off.
 */
export function reasonText(output: string, exit: number | undefined): string {
  const code = exit === undefined ? '' : `exit code ${exit}`;
  const printed = printable(output);
  if (printed === '') return `the job failed${code && ` with ${code}`} and printed no reason`;
  const first = code && `${code}: `;
  const characters = [...printed];
  const room = limits.reasonCharacters - first.length;
  if (characters.length <= room) return first + printed;
  return first + isCut + characters.slice(isCut.length - room).join('');
}

/** Progress bars return to the start of their line, which is a line of its own here. */
function printable(output: string): string {
  const plain = stripVTControlCharacters(output).replaceAll(/\r\n?/g, '\n');
  const kept = [...plain].filter((character) => '\n\t'.includes(character) || !unprintable.test(character));
  // `tail -c` can cut a character in two: its rest cannot be decoded.
  return kept
    .join('')
    .replace(/^\ufffd+/, '')
    .trim();
}
