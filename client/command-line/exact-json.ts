interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { source?: string }) => unknown,
  ): unknown;
  rawJSON?(text: string): unknown;
}

/** TypeScript does not know it yet. */
const json = JSON as unknown as ExactJson;

/** Whether this Node keeps numbers as they are written: since version 21. */
export const keepsNumbers = json.rawJSON !== undefined;

/**
 * A value that JSON.stringify writes with exactly the numbers of the text: JavaScript cannot represent 1e400 and
 * 12345678901234567890. On Node 20 the numbers are what JavaScript makes of them. Throws a SyntaxError.
 */
export function exactJson(text: string): unknown {
  return json.parse(text, (_, value, context) =>
    typeof value === 'number' && context?.source !== undefined ? json.rawJSON?.(context.source) : value,
  );
}

/** Whether JavaScript would write a number of this JSON text with another value. */
export function hasInexactNumber(text: string): boolean {
  // Texts are matched too, so that what they contain is not taken for a number.
  const tokens = text.match(/"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g) ?? [];
  return tokens.some((token) => !token.startsWith('"') && decimal(token) !== decimal(written(Number(token))));
}

function written(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The same text for the same number: 1500, 1.5e3 and 15E+2 are "15e2". */
function decimal(number: string): string {
  const [, sign, whole = '', part = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e(.+))?$/i.exec(number) ?? [];
  const digits = `${whole}${part}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return sign === undefined ? 'none' : `${sign}0`;
  return `${sign}${significant}e${Number(exponent) - part.length + digits.length - significant.length}`;
}
