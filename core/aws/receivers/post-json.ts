/** How long one POST may take, in milliseconds. */
const timeoutMs = 10_000;

/**
 * Posts JSON. Throws if the reply is not 2xx or does not come. The error does not have the URL, which can be a secret.
 */
export async function postJson(url: string, body: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'process-warden' },
    body,
    // A redirect would choose somebody else to read notifications.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: Error) => {
    throw Object.assign(new Error('the receiver did not answer'), { name: error.name });
  });
  await response.body?.cancel();
  if (!response.ok) {
    // Logs have the names of errors only.
    const name = `ReceiverAnswered${response.status}`;
    throw Object.assign(new Error(`the receiver answered ${response.status}`), { name });
  }
}
