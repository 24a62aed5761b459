import { RefusedRequest } from './request.ts';

/**
 * A path as an HTTP API passes it to Lambda: decoded, cut at a `?`, decoded again, with repeated slashes merged. Seen
 * on AWS (hotsock/voker, brefphp/symfony-bridge); assumed is that slashes are merged last, and how bytes that are not
 * UTF-8 are treated.
 * @throws RefusedRequest 400 for invalid percent-encoding, each time
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
