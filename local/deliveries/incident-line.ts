import * as z from 'zod/mini';

const OfIncident = z.object({ incident: z.string() });

/** The incident of a notification: its notifications arrive in order. Undefined for everything else. */
export function incidentLine(body: string): string | undefined {
  try {
    return OfIncident.safeParse(JSON.parse(body)).data?.incident;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
