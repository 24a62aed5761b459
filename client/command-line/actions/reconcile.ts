import type { ReplyOf } from '../../../core/contract/calls.ts';
import { limits } from '../../../core/contract/limits.ts';
import { numberText } from '../../../core/contract/number-text.ts';
import { type ReconciledKind, reconciledKinds } from '../../../core/contract/reconcile.ts';
import { readIds } from '../arguments/ids.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { writeJson, writeText } from '../output.ts';
import { call } from '../service.ts';

type Reconciled = ReplyOf<'reconcile'>;

/** The meaning of each state, and whether its ids need attention. */
const meanings: Record<ReconciledKind, { text: string; isFinding: boolean }> = {
  unknown: {
    text: 'unknown: never registered, discarded, or completed longer ago than receipts are kept',
    isFinding: true,
  },
  overdue: { text: 'overdue: lost, resume them with warden redrive', isFinding: true },
  failed: { text: 'failed: lost, resume them with warden redrive', isFinding: true },
  unreadable: { text: 'unreadable: the log of the service has the reason', isFinding: true },
  waiting: { text: 'waiting: being worked on', isFinding: false },
  completed: { text: 'completed', isFinding: false },
};

/** Compares ids with the warden. Throws a WardenError, or the error of the file. */
export async function reconcile(context: Context, workflow: string, file: string): Promise<void> {
  const ids = [...new Set(await readIds(context, file))];
  const reply = await reconciled(context, workflow, ids);
  if (context.json) await writeJson(context.stdout, reply);
  else await writeText(context.stdout, reconciledText(reply));
  const isFound = reconciledKinds.some((kind) => meanings[kind].isFinding && reply.counts[kind] > 0);
  if (isFound) context.exitWith(exitCodes.findings);
}

async function reconciled(context: Context, workflow: string, ids: readonly string[]): Promise<Reconciled> {
  const whole = emptyReply();
  for (let start = 0; start < ids.length; start += limits.reconcileIds) {
    const some = ids.slice(start, start + limits.reconcileIds);
    const reply = await call(context, 'reconcile', { path: { workflow }, body: { ids: some } });
    for (const kind of reconciledKinds) {
      whole.counts[kind] += reply.counts[kind];
      whole[kind].push(...reply[kind]);
    }
  }
  return whole;
}

function emptyReply(): Reconciled {
  return {
    counts: { waiting: 0, overdue: 0, failed: 0, completed: 0, unknown: 0, unreadable: 0 },
    waiting: [],
    overdue: [],
    failed: [],
    completed: [],
    unknown: [],
    unreadable: [],
  };
}

/** The ids that need attention, a line each; of the other states only the number of ids. */
function reconciledText(reply: Reconciled): string {
  const kinds = Object.entries(meanings) as [ReconciledKind, { text: string; isFinding: boolean }][];
  return kinds
    .filter(([kind]) => reply.counts[kind] > 0)
    .flatMap(([kind, { text, isFinding }]) => [
      `${numberText(reply.counts[kind])} ${text}`,
      ...(isFinding ? reply[kind].map((id) => `  ${id}`) : []),
    ])
    .join('\n');
}
