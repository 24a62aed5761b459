import fc from 'fast-check';
import { codePoint } from './code-point.ts';

const pieces = [
  'a',
  'B',
  'é',
  'e\u0301',
  '葛',
  '😀',
  '/',
  '//',
  '.',
  '..',
  '%',
  '%2F',
  '%3f',
  '%25',
  '%E9',
  '+',
  ' ',
  '?',
  '?v=1',
  '#',
  '&id=b',
  ';',
  '=',
  '\\',
  '"',
  's3://b/',
  '\u00a0',
  '\u200b',
  '\u200d',
  '\ufe0f',
  '\ufffd',
  '\u3164',
];

/** Any text that somebody might take for an id, with awkward characters far more often than usual. */
export const nearId = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.string({ unit: codePoint, minLength: 1, maxLength: 8 }),
);

/** Ways in which an id is mistaken for another id, or becomes another id on its way. */
const neighbours: ((id: string, other: string) => string)[] = [
  (_, other) => other,
  (id, other) => `${id}?${other}`,
  (id, other) => `${id}#${other}`,
  (id, other) => `${id}%${other}`,
  (id, other) => `${id}&id=${other}`,
  (id, other) => `${id}//${other}`,
  (id, other) => `${id}/../${other}`,
  (id, other) => `${id}\u0000${other}`,
  (id) => encoded(id),
  (id) => encoded(encoded(id)),
  (id) => encoded(id).toLowerCase(),
  (id) => encodeURI(id.toWellFormed()),
  (id) => decodedOr(id),
  (id) => id.split('?')[0] ?? '',
  (id) => id.split('#')[0] ?? '',
  (id) => id.replaceAll(/\/+/g, '/'),
  (id) => id.replaceAll('/', '//'),
  (id) => id.replaceAll('+', ' '),
  (id) => id.replaceAll(' ', '+'),
  (id) => id.replaceAll(/(^|\/)\.{1,2}(?=\/|$)/g, ''),
  (id) => `${id}/`,
  (id) => `/${id}`,
  (id) => `./${id}`,
  (id) => `${id}/.`,
  (id) => `${id} `,
  (id) => `\u00a0${id}`,
  (id) => id.trim(),
  (id) => id.toUpperCase(),
  (id) => id.toLowerCase(),
  (id) => id.normalize('NFC'),
  (id) => id.normalize('NFD'),
  (id) => id.normalize('NFKC'),
  (id) => id.replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, ''),
  (id) => [...id].join('\u200b'),
  (id) => `${id}\ufe0f`,
  (id) => id.replaceAll(/[^ -~]/gu, '\ufffd'),
];

/** Two different ids that could be mistaken for each other. */
export const nearPair = fc
  .tuple(nearId, nearId, fc.constantFrom(...neighbours))
  .map(([id, other, neighbour]): [string, string] => [id, neighbour(id, other)])
  .filter(([one, other]) => one !== other);

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function decodedOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return `${text}%`;
  }
}
