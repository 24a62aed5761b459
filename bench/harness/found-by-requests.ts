import { instant } from '../../core/contract/time.ts';
import type { TimerMessage } from '../../core/contract/timer-message.ts';
import { createToken } from '../../core/operations/access/create-token.ts';
import { progress } from '../../core/operations/items/progress.ts';
import { register } from '../../core/operations/items/register.ts';
import { changeRedrive } from '../../core/operations/redrives/change-redrive.ts';
import { startRedrive } from '../../core/operations/redrives/start-redrive.ts';
import { saveWorkflow } from '../../core/operations/workflows/save-workflow.ts';
import { silenceWorkflow } from '../../core/operations/workflows/silence-workflow.ts';
import type { Ports } from '../../core/ports.ts';
import { ensureSubscription } from '../../local/deliveries/delivery-queue.ts';
import type { EmbeddedAws } from '../../local/embedded-aws.ts';
import { writeItems } from './many-items.ts';

const by = 'bench';
const hourMs = 3_600_000;

/** Redriven items have a workflow of their own, so that no redrive ends the incident of the breached ones. */
export const workflows = {
  usual: 'bench',
  breached: 'breached',
  overdue: 'overdue',
  redriven: 'redriven',
  silenced: 'silenced',
};

/** What all rounds ask for. */
export interface Kept {
  incident: string;
  /** It is paused. */
  redrive: string;
}

/** What the requests of one round ask for, besides items that are named by the round. */
export interface Fresh {
  /** To call with. */
  token: string;
  /** The id of another token. */
  revocable: string;
  /** Of a timer whose item is overdue. */
  timer: TimerMessage;
}

/** Prepares subscribers, an item for reads, an incident that stays open, and a redrive that stays paused. */
export async function prepareKept(aws: EmbeddedAws): Promise<Kept> {
  const { service, topicArn, redriveTopicArn } = aws;
  await ensureSubscription({ ...aws, topicArn, queueName: 'people' });
  await ensureSubscription({ ...aws, topicArn: redriveTopicArn, queueName: 'upstream' });
  for (const workflow of Object.values(workflows)) await save(service, workflow);
  await registerOne(service, workflows.usual, 'kept');
  await failOne(service, workflows.breached, 'kept');
  const { value: incident } = await service.incidents.open.all().next();
  if (incident === undefined || 'error' in incident) throw new Error('no incident is open');
  const workflow = workflows.redriven;
  const note = service.audit.noteFor(by, workflow);
  const reply = await startRedrive(service, { workflow, request: { ids: ['none'] }, by, note });
  if (!('started' in reply)) throw new Error('no redrive was started');
  const redrive = reply.started.id;
  await changeRedrive(service, { workflow, redrive, change: { action: 'pause' }, caller: { by }, note });
  return { incident: incident.id, redrive };
}

/** Prepares one round: a request that changes something would find it changed already in the second round. */
export async function prepareRound(aws: EmbeddedAws, round: number): Promise<Fresh> {
  const { service } = aws;
  await registerOne(service, workflows.usual, `progressed-${round}`);
  await registerOne(service, workflows.usual, `completed-${round}`);
  await registerOne(service, workflows.breached, `failing-${round}`);
  await failOne(service, workflows.redriven, `lost-${round}`);
  await save(service, `removed-${round}`);
  const workflow = workflows.silenced;
  const request = { until: instant(service.clock.now() + hourMs), reason: 'maintenance' };
  await silenceWorkflow(service, { workflow, request, by, note: service.audit.noteFor(by, workflow) });
  const [{ token }, { id: revocable }] = [await createOne(service), await createOne(service)];
  return { token, revocable, timer: await overdueOne(aws, round) };
}

/** The timer of an item that was registered two hours ago with a timeout of one hour. */
async function overdueOne(aws: EmbeddedAws, round: number): Promise<TimerMessage> {
  const { service } = aws;
  const workflow = workflows.overdue;
  const now = service.clock.now() - 2 * hourMs;
  await writeItems(aws, { workflow, from: round, to: round + 1, now, deadline: now + hourMs });
  const item = `item-${round}`;
  const record = await service.items.readOpen(workflow, item);
  if (record?.timer === undefined) throw new Error(`there is no timer of ${item}`);
  return { workflow, item, timer: record.timer, armedAt: record.registeredAt };
}

async function registerOne(service: Ports, workflow: string, item: string): Promise<void> {
  await register(service, { workflow, item, request: { timeout: 3_600 }, data: undefined });
}

async function failOne(service: Ports, workflow: string, item: string): Promise<void> {
  await registerOne(service, workflow, item);
  const request = { failed: { reason: 'disk full' } };
  await progress(service, { workflow, item, only: {}, request, data: undefined });
}

async function save(service: Ports, workflow: string): Promise<void> {
  const note = service.audit.noteFor(by, workflow);
  await saveWorkflow(service, { workflow, settings: { badge: true }, note });
}

function createOne(service: Ports) {
  const request = { name: 'bench', scopes: ['read' as const], workflows: ['*'] };
  return createToken(service, { request, createdBy: by, note: service.audit.noteFor(by) });
}
