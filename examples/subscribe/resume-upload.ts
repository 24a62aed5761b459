/** What is needed here of a redrive message. */
interface RedriveMessage {
  /** The same when the message comes again. */
  id: string;
  item: string;
  /** What the last attempt had reached. */
  steps: { step: string }[];
  /** As the upload service registered it. */
  data: unknown;
}

/** What Lambda gets from SNS, as far as it matters. */
export interface SnsEvent {
  Records: { Sns: { Message: string } }[];
}

/** Has the upload service go on with every item. When it rejects, Lambda tries it twice more. */
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
    // By its key the service knows a request that it has had: a message can come more than once.
    headers: { 'content-type': 'application/json', 'idempotency-key': id },
    body: JSON.stringify({ item, data }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`${item}: the upload service answered ${response.status}`);
}
