/** Why a delivery failed, in words that may be shown: without secrets, and without what a receiver sent. */
export class DeliveryError extends Error {}

/**
 * An error for a line that people read. Messages of other errors may quote a URL, a header or what a receiver sent, so
 * only their code or name is shown.
 */
export function faultText(error: unknown): string {
  if (error instanceof DeliveryError) return error.message;
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name;
}
