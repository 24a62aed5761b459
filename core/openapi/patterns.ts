/*
 * The checks of the service as patterns that every client generator can read: without lookaheads and without names of
 * Unicode properties. They accept everything that the service accepts and refuse nearly everything that it refuses.
 * The rest is rare (noncharacters past U+FFFF, text that is not normalised), and the service refuses it with a
 * message.
 */

const unprintable = String.raw`\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff`;
const lineEndsAndTabs = String.raw`\u0000-\u0008\u000b\u000c\u000e-\u001f`;
const blanks = String.raw`\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\ufeff`;
/** Never in a label: what a decoder leaves of bytes that it cannot read. */
const replacement = String.raw`\ufffd`;

const inLabel = `[^${unprintable}${replacement}]`;
const atLabelEnds = `[^${unprintable}${replacement}${blanks}]`;

/** By what core/contract/names.ts says of a text's characters. */
export const characterPatterns: Readonly<Record<string, string>> = {
  printable: `^[^${unprintable}]*$`,
  lines: `^[^${unprintable.replace(String.raw`\u0000-\u001f`, lineEndsAndTabs)}]*$`,
  label: `^(${atLabelEnds}(${inLabel}*${atLabelEnds})?)?$`,
};

const fraction = '([.,][0-9]+)?';
const seconds = `[0-9]+${fraction}S`;
const minutes = `[0-9]+M(${seconds})?`;
const hours = `[0-9]+H(${minutes}|${seconds})?`;
const ofDay = `T(${hours}|${minutes}|${seconds})`;

const shortSeconds = '[0-9]{1,9}s';
const shortMinutes = `[0-9]{1,8}m(${shortSeconds})?`;
const shortHours = `[0-9]{1,6}h(${shortMinutes}|${shortSeconds})?`;
const shortDays = `[0-9]{1,5}d(${shortHours}|${shortMinutes}|${shortSeconds})?`;
const plainSeconds = String.raw`[0-9]{1,9}(\.[0-9]{1,3})?`;
const short = [plainSeconds, shortDays, shortHours, shortMinutes, shortSeconds].join('|');

/** Seconds, `1h30m`, or an ISO 8601 duration of weeks, or of days, hours, minutes and seconds. */
export const durationPattern = `^(${short}|P([0-9]+W|[0-9]+D(${ofDay})?|${ofDay}))$`;

export const cursorPattern = '^[A-Za-z0-9_-]+$';
