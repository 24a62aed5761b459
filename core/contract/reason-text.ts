import { unprintable } from './label.ts';
import { limits } from './limits.ts';

/** The sequences of ECMA-48 that colour text, move the cursor, set the title of a window, and the like. */
const controlSequence = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\r\n\x90-\x9f]*(?:\x07|\x1b\\|\x9c)`,
    String.raw`\x1b[ -/]*[0-~]`,
  ].join('|'),
  'g',
);

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
  const plain = output.replaceAll(controlSequence, '').replaceAll(/\r\n?/g, '\n');
  const kept = [...plain].filter((character) => '\n\t'.includes(character) || !unprintable.test(character));
  // `tail -c` can cut a character in two: its rest cannot be decoded.
  return kept
    .join('')
    .replace(/^\ufffd+/, '')
    .trim();
}
