interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

/** Node has it since version 21; TypeScript does not know it yet. */
const json = JSON as unknown as ExactJson;

/**
 * A value that JSON.stringify writes with exactly the numbers of the text: JavaScript cannot represent 1e400 and
 * 12345678901234567890. On Node 20 the numbers are what JavaScript makes of them. Throws a SyntaxError.
 */
export function exactJson(text: string): unknown {
  return json.parse(text, (_, value, context) =>
    typeof value === 'number' && context?.source !== undefined ? json.rawJSON(context.source) : value,
  );
}
