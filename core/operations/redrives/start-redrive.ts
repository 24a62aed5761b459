import type { Note } from '../../aws/registry/audit-log.ts';
import type { RedrivesTable } from '../../aws/registry/redrives.ts';
import { type DryRun, mostSteps, mostUnknown } from '../../contract/dry-run.ts';
import { limits } from '../../contract/limits.ts';
import type { Redrive, RedriveRequest } from '../../contract/redrive.ts';
import { instant } from '../../contract/time.ts';
import { deadlineOf } from '../../model/item/deadline.ts';
import { lastStepOf, timesBetween } from '../../model/item/item-filter.ts';
import { itemName } from '../../model/item/item-record.ts';
import { type RedriveRecord, redriveName } from '../../model/redrive/redrive-record.ts';
import { redriveView } from '../../model/redrive/redrive-view.ts';
import { timeOrderedId } from '../../model/time-ordered-id.ts';
import { requireKnown } from '../../model/workflow/known-workflow.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';
import { countMatching } from './breached-items.ts';

const dryRunItems = 20;
const idsPerRead = 100;

/**
 * Starts a redrive, which runs in the background, or returns what it would do. Throws a 404 problem for an unknown
 * workflow, a 422 problem for a timeout out
 * of range, a 409 problem if the redrive topic has no subscription or too many redrives are running.
 */
export async function startRedrive(
  service: Pick<
    Ports,
    'items' | 'registry' | 'redrives' | 'redriveTopic' | 'clock' | 'log' | 'leastTimeoutSeconds'
  >,
  { workflow, request, by, note }: { workflow: string; request: RedriveRequest; by: string; note: Note },
): Promise<{ started: Redrive } | { dryRun: DryRun }> {
  const { redrives, redriveTopic, clock, leastTimeoutSeconds } = service;
  const { dryRun, rate = limits.defaultRedriveRate, timeout, limit, note: why, ...filter } = request;
  deadlineOf({ timeout }, clock.now(), leastTimeoutSeconds);
  requireKnown(await service.registry.readOrUnreadable(workflow), workflow);
  const asked = { workflow, action: 'redrive' as const, filter, limit, rate, timeout, note: why, by };
  const record = newRedrive(asked, clock.now());
  const subscriptions = await redriveTopic.subscriptions();
  if (dryRun) return { dryRun: { ...(await dryRunOf(service, record)).dryRun, subscriptions } };
  if (subscriptions === 0) {
    throw new ProblemError(
      'no-subscription',
      'the redrive topic has no subscription, so no upstream service would receive the items; subscribe one first (on a laptop: npm start -- --redrive-webhook URL)',
    );
  }
  timesBetween(filter, 'registeredAfter', 'registeredBefore');
  const alongside = await requireRoom(redrives, workflow);
  await note({ action: 'redrive-started', subject: record.id });
  await redrives.insert(record);
  return { started: withOthers(redriveView(record, clock.now()), alongside) };
}

/**
 * The reply names the other running redrives of the workflow: two people may have started a redrive of the same items.
 */
export function withOthers(started: Redrive, alongside: string[]): Redrive {
  return alongside.length === 0 ? started : { ...started, alongside };
}

/** The ids of the workflow's running redrives. Throws a 409 problem if it already has the maximum of them. */
export async function requireRoom(redrives: RedrivesTable, workflow: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of redrives.running(workflow)) ids.push(id);
  const running = ids.length;
  if (running < limits.runningRedrives) return ids;
  throw new ProblemError(
    'too-many-redrives',
    `workflow "${workflow}" already has ${running} redrives and discards running; at most ${limits.runningRedrives} are allowed`,
  );
}

export function newRedrive(
  asked: Pick<RedriveRecord, 'workflow' | 'action' | 'filter' | 'limit' | 'rate' | 'timeout' | 'note' | 'by'>,
  now: number,
): RedriveRecord {
  const id = timeOrderedId(now);
  const at = instant(now);
  return {
    kind: registryKinds.redrive,
    name: redriveName(asked.workflow, id),
    id,
    ...asked,
    state: 'running',
    revision: 1,
    endedBy: at,
    startedAt: at,
    resumed: 0,
    skipped: 0,
    failed: 0,
    errors: [],
    page: [],
  };
}

/** What a redrive or discard would do; with the position of the last item if its limit was reached. */
export async function dryRunOf(
  service: Pick<Ports, 'items' | 'registry' | 'clock' | 'log'>,
  redrive: RedriveRecord,
): Promise<{ dryRun: DryRun; lastPosition: string | undefined }> {
  const first: DryRun['items'] = [];
  let count = 0;
  let bytes = 0;
  const { more, lastPosition } = await countMatching(service, redrive, ({ record }) => {
    count++;
    if (!record) return;
    const { item, attempt, registeredAt, step, lostAfter, dataBytes = 0 } = record;
    bytes += dataBytes;
    if (first.length < dryRunItems) {
      first.push({
        item,
        attempt,
        registeredAt,
        ...(step !== undefined && { step }),
        ...(lostAfter && { lostAfter }),
      });
    }
  });
  const oldest = first[0]?.registeredAt;
  const unknown = await unknownIds(service, redrive);
  const dryRun: DryRun = {
    count,
    ...(more && { more }),
    items: first,
    ...(count === 0 && redrive.filter.step !== undefined && { steps: await stepsOf(service, redrive) }),
    ...(unknown.length > 0 && { unknown: { count: unknown.length, ids: unknown.slice(0, mostUnknown) } }),
    bytes,
    ...(oldest !== undefined && { oldest }),
    ...(redrive.action === 'redrive' && { takesMs: Math.ceil((count / redrive.rate) * 1000) }),
  };
  return { dryRun, lastPosition };
}

/** The last steps of the items that match all filters of a redrive except its filter by step, most frequent first. */
async function stepsOf(
  service: Pick<Ports, 'items' | 'registry' | 'clock' | 'log'>,
  redrive: RedriveRecord,
): Promise<NonNullable<DryRun['steps']>> {
  const { step: _, ...filter } = redrive.filter;
  const counts = new Map<string | undefined, number>();
  await countMatching(service, { ...redrive, filter }, ({ record }) => {
    if (!record) return;
    const step = lastStepOf(record);
    counts.set(step, (counts.get(step) ?? 0) + 1);
  });
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, mostSteps)
    .map(([step, count]) => ({ ...(step !== undefined && { step }), count }));
}

/** The ids of the filter that no open item has: the dry run names them, because an id may be mistyped (P7). */
async function unknownIds(
  { items }: Pick<Ports, 'items'>,
  { workflow, filter: { ids = [] } }: RedriveRecord,
): Promise<string[]> {
  const unknown: string[] = [];
  for (let from = 0; from < ids.length; from += idsPerRead) {
    const keys = ids.slice(from, from + idsPerRead).map((item) => ({ workflow, item }));
    const found = await items.readManyOpen(keys);
    unknown.push(...keys.filter((key) => !found.has(itemName(key))).map(({ item }) => item));
  }
  return unknown;
}
