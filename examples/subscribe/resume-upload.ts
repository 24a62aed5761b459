/** The part of a redrive message that is needed here. */
interface RedriveMessage {
  /** The same id when the message arrives again. */
  id: string;
  item: string;
  /** The steps that the last attempt reached. */
  steps: { step: string }[];
  /** The data that the upload service registered. */
  data: unknown;
}

/** The part of SNS's event for Lambda that is needed here. */
export interface SnsEvent {
  Records: { Sns: { Message: string } }[];
}

/** Lets the upload service resume every item. If this rejects, Lambda retries twice. */
export async function handler(event: SnsEvent): Promise<void> {
  for (const { Sns } of event.Records) await resume(redriveMessage(Sns.Message));
}

function redriveMessage(text: string): RedriveMessage {
  const message = jsonOf(text);
  const { id, item, steps } = message;
  if (typeof id !== 'string' || typeof item !== 'string' || !Array.isArray(steps)) throw notRedrive();
  return message;
}

function jsonOf(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw notRedrive();
  }
}

/** Lambda logs the error, so it must not quote the message, which has data. A SyntaxError does. */
function notRedrive(): Error {
  return new Error('not a redrive message: it is no JSON, or id, item or steps are missing');
}

async function resume({ id, item, steps, data }: RedriveMessage): Promise<void> {
  const isCopied = steps.some(({ step }) => step === 'copied');
  const response = await fetch(new URL(isCopied ? 'backups' : 'copies', process.env.UPLOADS_URL), {
    method: 'POST',
    // A message can arrive more than once. The service recognises a repeat by this key.
    headers: { 'content-type': 'application/json', 'idempotency-key': id },
    body: JSON.stringify({ item, data }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`${item}: the upload service answered ${response.status}`);
}
