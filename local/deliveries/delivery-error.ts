/** Why a delivery failed, in words that may be shown: without secrets, and without anything that a receiver sent. */
export class DeliveryError extends Error {}

/**
 * An error for a line that people read. Messages of other errors may quote a URL, a header or the reply of a receiver,
 * so only their code or name is shown.
 */
export function faultText(error: unknown): string {
  if (error instanceof DeliveryError) return error.message;
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name;
}
