import { ProblemError } from '../problem-error.ts';
import { jsonFault } from './json-fault.ts';

/** The parts of an event that are about its body. */
interface BodyParts {
  headers: Record<string, string>;
  body?: string | undefined;
  isBase64Encoded: boolean;
}

/**
 * The body as text, without a byte order mark. Throws 415 for a compressed body, 413 for a body that is too large, 400
 * for a body that is not UTF-8.
 */
export function bodyText(event: BodyParts, most: number): string {
  if (!event.isBase64Encoded) return sentAsText(event, most);
  const bytes = plainBytes(event, most);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ProblemError('invalid-json', `the body is not UTF-8${kindOf(bytes)}`, { cause });
  }
}

/**
 * The body as text whose bytes that are not UTF-8 are replaced: the output of a program has any bytes. Throws 415 and 413
 * like `bodyText`.
 */
export function plainText(event: BodyParts, most: number): string {
  return new TextDecoder('utf-8').decode(plainBytes(event, most));
}

/** A body that API Gateway has decoded already. */
function sentAsText({ headers, body = '' }: BodyParts, most: number): string {
  refuseEncoding(headers['content-encoding']);
  const bytes = Buffer.byteLength(body);
  if (bytes > most) throw tooLarge('body-too-large', 'body', bytes, most);
  const text = body.toWellFormed();
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function plainBytes(event: BodyParts, most: number): Buffer {
  refuseEncoding(event.headers['content-encoding']);
  const bytes = bodyBytes(event);
  if (bytes.length > most) throw tooLarge('body-too-large', 'body', bytes.length, most);
  return bytes;
}

export function bodyBytes({ body = '', isBase64Encoded }: BodyParts): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/** Throws a 415 problem for a body that a client has compressed. */
export function refuseEncoding(encoding = 'identity'): void {
  if (encoding.trim().toLowerCase() === 'identity') return;
  throw new ProblemError(
    'encoding-not-supported',
    'the body has a Content-Encoding; send it uncompressed, without this header',
    { headers: { 'accept-encoding': 'identity' } },
  );
}

/** Formats that some programs send instead of UTF-8, known by their first bytes. */
function kindOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0x1f && second === 0x8b) return ': it is compressed by gzip; send it uncompressed';
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return ': it is UTF-16; write it as UTF-8';
  return '';
}

/** The JSON value of a body. Throws a 400 problem that says where the text stops being JSON, and the likely cause. */
export function parseJson(text: string, contentType = ''): unknown {
  if (text.trim() === '')
    throw new ProblemError('invalid-json', 'the body is empty; send a JSON object, at least {}');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body, which may be data: do not even keep it as a cause.
    const { line, column, cause } = jsonFault(text);
    const reason = otherFormat(text, contentType) ?? cause;
    const place = `line ${line} column ${column}`;
    throw new ProblemError(
      'invalid-json',
      `the body of ${text.length} characters is not valid JSON: ${place}${reason === undefined ? '' : `; ${reason}`}`,
      {
        errors: [
          { path: '', message: `not valid JSON at ${place}${reason === undefined ? '' : `; ${reason}`}` },
        ],
      },
    );
  }
}

/** A body of another format, recognised by its content type and its first character. */
function otherFormat(text: string, contentType: string): string | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const instead = 'send a JSON object instead';
  if (type === 'multipart/form-data') return `it is multipart form data; ${instead}`;
  if (text.trimStart().startsWith('<')) return `it looks like XML or HTML; ${instead}`;
  // curl sends this type with every body, so the text must look like it too.
  const isForm = type === 'application/x-www-form-urlencoded' && /^[^\s{["'=&]+=/.test(text);
  return isForm ? `it looks like form data; ${instead}` : undefined;
}

export function tooLarge(
  code: 'data-too-large' | 'body-too-large',
  what: string,
  bytes: number,
  most: number,
): ProblemError {
  return new ProblemError(code, `the ${what} is ${bytes} bytes; at most ${most} bytes are allowed`, {
    errors: [{ path: what === 'body' ? '' : what, message: `${bytes} bytes; at most ${most}` }],
  });
}
