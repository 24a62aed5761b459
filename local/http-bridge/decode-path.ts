import { RefusedRequest } from './request.ts';

/**
 * A path as an HTTP API hands it to Lambda: decoded, cut at a `?`, decoded once more, and with one slash for several.
 * Seen on AWS (hotsock/voker, brefphp/symfony-bridge); that slashes become one last, and what becomes of bytes that are
 * not UTF-8, is assumed.
 * @throws RefusedRequest 400 when it is not valid percent encoding, each time.
 */
export function decodePath(sent: string): string {
  const [uncut = ''] = decodeOnce(sent).split('?');
  return decodeOnce(uncut).replace(/\/{2,}/g, '/');
}

function decodeOnce(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) throw new RefusedRequest(400, 'Bad Request');
    throw error;
  }
}
