import type { Send } from '../../../client/spool/spool.ts';
import type { ReplyOf } from '../../../core/contract/calls.ts';

/** Sends batches to the service at this URL. */
export function sendTo(url: string): Send {
  return async (workflow, operations) => {
    const response = await fetch(`${url}/v1/workflows/${workflow}/batch`, {
      method: 'POST',
      body: JSON.stringify({ operations }),
    });
    const reply = (await response.json()) as Partial<ReplyOf<'batch'>>;
    if (!reply.results) throw new Error(`answered ${response.status}: ${JSON.stringify(reply)}`);
    return reply.results;
  };
}
