/** The address of a webhook, and the header that it needs. */
export interface WebhookTarget {
  /** Without user and password, which fetch refuses in a URL. */
  url: URL;
  authorization: string | undefined;
}

/**
 * The target of a webhook, whose user and password become a header of Basic authentication. Undefined unless the text
 * is an http or https URL.
 */
export function webhookTarget(text: string): WebhookTarget | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  const { username, password } = url;
  const credentials = decoded(`${username}:${password}`);
  if (credentials === undefined) return undefined;
  url.username = '';
  url.password = '';
  const isGiven = username !== '' || password !== '';
  return {
    url,
    authorization: isGiven ? `Basic ${Buffer.from(credentials).toString('base64')}` : undefined,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
