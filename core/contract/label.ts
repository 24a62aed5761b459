/**
 * Control characters, lone surrogates, line separators, noncharacters (which SQS refuses) and characters that change
 * the direction of a line: they cannot be printed, transmitted or told apart in a list.
 */
export const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/u;

/** Characters that are shown as nothing. Variation selectors are among them: an emoji is the same emoji without. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** All white space, and the Braille pattern without a dot. */
const blank = /[\s\u2800]/u;

/** The replacement for bytes that a decoder cannot read: different texts become the same. */
const replacement = '\ufffd';

/** Printable ASCII without a space at its ends, as nearly all labels are. It has none of these faults. */
const plain = /^[!-~](?:[ -~]*[!-~])?$/;

const zeroWidthNonJoiner = '\u200c';
const zeroWidthJoiner = '\u200d';
const emoji = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]/u;
/** Letters and marks of scripts in which a joiner changes how its neighbours are written. */
const joiningLetter =
  /(?=[\p{L}\p{M}])[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Nkoo}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Mymr}\p{scx=Khmr}\p{scx=Tibt}]/u;

/**
 * Why a text cannot be an id or another label, which are compared by equality: it looks like another text
 * (docs/adr/0021). Names the first such character and its position, counted in code points from 1. Undefined if the
 * text is allowed.
 */
export function labelFault(text: string): string | undefined {
  if (plain.test(text)) return undefined;
  const characters = [...text];
  const find = (isFault: (character: string, index: number) => boolean) => {
    const index = characters.findIndex(isFault);
    return index === -1 ? undefined : named(characters, index);
  };
  const ends = [0, characters.length - 1];
  const unprinted = find((character) => unprintable.test(character));
  if (unprinted) return `must be printable; received ${unprinted}`;
  const blankEnd = find((character, index) => ends.includes(index) && blank.test(character));
  if (blankEnd) return `must not begin or end with white space; received ${blankEnd}`;
  const unread = find((character) => character === replacement);
  if (unread)
    return `must not contain the replacement character U+FFFD, which stands for bytes that could not be decoded; received ${unread}`;
  const unseen = find(
    (character, index) =>
      invisible.test(character) && !isJoining(characters[index - 1], character, characters[index + 1]),
  );
  if (unseen) return `must not contain an invisible character; received ${unseen}`;
  const normalised = [...text.normalize('NFC')];
  const other = find((character, index) => character !== normalised[index]);
  if (other) return `must be normalised to the Unicode form NFC; received ${other}`;
  return undefined;
}

/** Between two emoji, or two letters that join, a joiner changes what is shown; anywhere else it is invisible. */
function isJoining(before = '', joiner: string, after = ''): boolean {
  if (joiner !== zeroWidthJoiner && joiner !== zeroWidthNonJoiner) return false;
  if (joiner === zeroWidthJoiner && emoji.test(before) && emoji.test(after)) return true;
  return joiningLetter.test(before) && joiningLetter.test(after);
}

function named(characters: readonly string[], index: number): string {
  const code = characters[index]?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} at position ${index + 1}`;
}
