import * as z from 'zod/mini';
import { received } from './names.ts';
import { anchored, timeOrderedIdPattern } from './patterns.ts';

const pattern = anchored(timeOrderedIdPattern);
const examples = ['0mk3v1x8ch2f6p9d4t7q'];

/** An id that the service created, in order of time (core/model/time-ordered-id.ts). */
function timeOrderedId(whose: string, description: string) {
  return z.string().check(
    z.regex(new RegExp(pattern), {
      error: (issue) => `must be ${whose} id, 20 of 0–9 a–z; received ${received(issue.input)}`,
    }),
    z.meta({ description, pattern, examples }),
  );
}

export const IncidentId = timeOrderedId("an incident's", "An incident's id.");
export const RedriveId = timeOrderedId("a redrive's", 'The id of a redrive or discard.');
