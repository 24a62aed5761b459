import { RefusedRequest } from './request.ts';

/**
 * The path as an HTTP API passes it to Lambda: decoded, cut at a `?`, decoded again, with repeated slashes merged. This
 * was observed on AWS (hotsock/voker, brefphp/symfony-bridge). Two details are assumed: that slashes are merged last,
 * and how bytes that are not UTF-8 are treated.
 *
 * Throws a RefusedRequest with 400 for invalid percent-encoding in either step.
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
