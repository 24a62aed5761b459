import * as z from 'zod/mini';
import { labelFault, unprintable } from './label.ts';
import { limits } from './limits.ts';
import { anchored, whole, workflowNamePattern } from './patterns.ts';

/** The received value, short enough for a message. Never used for `data`. */
export function received(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Text of `least` to `most` characters that may have several lines, such as an error's message. */
export function lines(least: number, most: number) {
  const faultOf = (text: string) =>
    textFault(
      text,
      (whole) => whole.replace(/[\n\r\t]/g, ' '),
      `${least}–${most} printable characters, line ends and tabs`,
      least,
      most,
    );
  return z.string().check(
    z.refine((text) => faultOf(text) === undefined, { error: ({ input }) => faultOf(input as string) ?? '' }),
    z.meta({ minLength: least, maxLength: most, characters: 'lines' }),
  );
}

/** Text of `least` to `most` printable characters, counted in Unicode code points. */
export function printable(least: number, most: number) {
  const faultOf = (text: string) =>
    textFault(text, (whole) => whole, `${least}–${most} printable characters`, least, most);
  return z.string().check(
    z.refine((text) => faultOf(text) === undefined, { error: ({ input }) => faultOf(input as string) ?? '' }),
    z.meta({ minLength: least, maxLength: most, characters: 'printable' }),
  );
}

/** Why a text is not allowed: its length, or the first character that cannot be printed. Undefined if it is allowed. */
function textFault(
  text: string,
  printed: (text: string) => string,
  allowed: string,
  least: number,
  most: number,
): string | undefined {
  const characters = [...printed(text)];
  if (characters.length < least || characters.length > most)
    return `must be ${allowed}; received ${characters.length}: ${received(text)}`;
  const index = characters.findIndex((character) => unprintable.test(character));
  if (index === -1) return undefined;
  const code = characters[index]?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  return `must be ${allowed}; received U+${code} at position ${index + 1} of ${received(text)}`;
}

/**
 * Text of `least` to `most` characters that is compared by equality: printable, with only one spelling for each
 * appearance.
 */
export function label(least: number, most: number) {
  return z.string().check(
    z.refine((text) => labelFaultOf(text, least, most) === undefined, {
      error: ({ input }) => labelFaultOf(input as string, least, most) ?? '',
    }),
    z.meta({ minLength: least, maxLength: most, characters: 'label' }),
  );
}

/** The beginning of a label of up to `most` characters. Any other text would silently match nothing. */
export function labelBeginning(most: number) {
  // The label continues, so its beginning may end with a space.
  const faultOf = (text: string) => labelFaultOf(text, 1, most, 'a');
  return z.string().check(
    z.refine((text) => faultOf(text) === undefined, { error: ({ input }) => faultOf(input as string) ?? '' }),
    z.meta({ minLength: 1, maxLength: most }),
  );
}

function labelFaultOf(text: string, least: number, most: number, rest = ''): string | undefined {
  const characters = [...text].length;
  if (characters < least || characters > most)
    return `must be ${least}–${most} printable characters; received ${characters}: ${received(text)}`;
  const fault = labelFault(text + rest);
  return fault && `${fault} of ${received(text)}`;
}

const workflowName = whole(workflowNamePattern);

export const WorkflowName = z.string().check(
  z.refine((name) => workflowName.test(name), {
    error: (issue) =>
      `must be 1–64 of A–Z a–z 0–9 . _ - and neither "." nor ".."; received ${received(issue.input)}`,
  }),
  z.meta({
    description: 'The name of a workflow: 1–64 of `A–Z a–z 0–9 . _ -`, neither `.` nor `..`.',
    pattern: anchored(workflowNamePattern),
    examples: ['uploads'],
  }),
);

export const ItemId = label(1, limits.itemCharacters).check(
  z.meta({
    description:
      'The id of an item: 1–256 printable Unicode characters, normalised (NFC), without white space at its ends and without invisible characters.',
    minLength: 1,
    maxLength: limits.itemCharacters,
    examples: ['2026/11/scan-4711.tiff'],
  }),
);

export const StepName = label(1, limits.stepCharacters).check(
  z.meta({ description: 'A step that the work has reached.', examples: ['copied'] }),
);

export const RunToken = label(1, limits.runCharacters).check(
  z.meta({
    description:
      "The caller's own name for this run of the work, such as the id of a job. A repeated request with the same run is recognised as a repeat.",
    examples: ['attempt-7f3a'],
  }),
);

const TagKey = z.string().check(
  z.regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/, {
    error: (issue) =>
      `a tag's key must be 1–64 of A–Z a–z 0–9 . _ / - and begin with a letter or digit; received ${received(issue.input)}`,
  }),
);

export const Tags = z.record(TagKey, label(0, limits.tagValueCharacters)).check(
  z.refine((tags) => Object.keys(tags).length <= limits.tags, {
    error: (issue) =>
      `must be at most ${limits.tags} tags; received ${Object.keys(issue.input as object).length}`,
  }),
  z.meta({
    description: 'Up to 10 pairs of key and value to filter by.',
    maxProperties: limits.tags,
    examples: [{ customer: 'acme' }],
  }),
);

export type Tags = z.infer<typeof Tags>;

export const Attempt = z
  .int()
  .check(
    z.positive(),
    z.meta({ description: 'Counts the attempts of an item, from 1. It is also the ETag.', examples: [1] }),
  );
